import type { IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';

import { itemOf, passOn } from '../../../nodes/ApikleyVeo/trigger/passOn';
import { NODE } from '../support/fakeContext';

/** n8n's table of what nodes have processed: read and written as a whole, and created only once. */
class ProcessedData {
	readonly lists = new Map<string, string[]>();
	isDown = false;

	helpersFor(node: INode) {
		const keyOf = () => node.id;
		return {
			checkProcessedAndRecord: async (items: string[]) => {
				const key = keyOf();
				if (this.isDown) throw new Error('no database');
				const read = this.lists.get(key);
				await Promise.resolve();
				if (read === undefined) {
					if (this.lists.has(key)) throw new Error('UNIQUE constraint failed');
					this.lists.set(key, items);
					return { new: items, processed: [] };
				}
				const list = [...read];
				this.lists.set(key, [...new Set([...list, ...items])]);
				return {
					new: items.filter((item) => !list.includes(item)),
					processed: items.filter((item) => list.includes(item)),
				};
			},
			removeProcessed: async (items: string[]) => {
				const key = keyOf();
				await Promise.resolve();
				const list = this.lists.get(key) ?? [];
				this.lists.set(
					key,
					list.filter((item) => !items.includes(item)),
				);
			},
			clearAllProcessedItems: async () => {
				const key = keyOf();
				await Promise.resolve();
				this.lists.delete(key);
			},
		};
	}
}

let callbacks = 0;

function execute(
	item: INodeExecutionData,
	table: ProcessedData,
): { node: INode; output: Promise<INodeExecutionData[][]> } {
	const node = { ...NODE };
	const context = {
		getInputData: () => [item],
		getExecuteData: () => ({ node }),
		helpers: table.helpersFor(node),
	} as unknown as IExecuteFunctions;
	return { node, output: passOn(context) };
}

const PASSED = [[{ json: { taskId: 'veo_1' }, pairedItem: { item: 0 } }]];
const NOTHING = [[]];
const item = (taskId = 'veo_1', forgotten: string[] = []) =>
	itemOf({ taskId }, { taskId, id: `callback-${callbacks++}`, forgotten });

test('the first execution of a task passes its item on, without what the node has added to it', async () => {
	expect(await execute(item(), new ProcessedData()).output).toEqual(PASSED);
});

test('a later execution of the same task passes nothing on', async () => {
	const table = new ProcessedData();
	await execute(item(), table).output;
	expect(await execute(item(), table).output).toEqual(NOTHING);
	expect(await execute(item('veo_2'), table).output).toHaveLength(1);
});

test('of executions at the same moment one passes the item on', async () => {
	const table = new ProcessedData();
	const outputs = await Promise.all([1, 2, 3].map(async () => await execute(item(), table).output));
	expect(outputs.filter(([items]) => items?.length === 1)).toHaveLength(1);
});

test('an execution that crashed passes its item on again, but only if it was the first', async () => {
	const table = new ProcessedData();
	const [first, repeated] = [item(), item()];
	for (let time = 0; time < 2; time++) {
		expect(await execute(first, table).output).toEqual(PASSED);
		expect(await execute(repeated, table).output).toEqual(NOTHING);
	}
});

test('without a database the item is passed on', async () => {
	const table = Object.assign(new ProcessedData(), { isDown: true });
	expect(await execute(item(), table).output).toEqual(PASSED);
});

test('tasks that are forgotten leave nothing in the database', async () => {
	const table = new ProcessedData();
	await execute(item('veo_1'), table).output;
	await execute(item('veo_2', ['veo_1']), table).output;
	expect([...table.lists.keys()]).toEqual([expect.stringContaining('veo_2')]);
});

test('the node has its own ID again while n8n works', async () => {
	const { node, output } = execute(item(), new ProcessedData());
	expect(node.id).toBe(NODE.id);
	await output;
	expect(node.id).toBe(NODE.id);
});

test('repeats that are not ignored, and tests in the editor, need no database', async () => {
	const table = new ProcessedData();
	const own = itemOf({ taskId: 'veo_1' }, null);
	expect(await execute(own, table).output).toEqual([[own]]);
	expect(table.lists.size).toBe(0);
});
