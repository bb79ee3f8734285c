import type { IExecuteFunctions, INode } from 'n8n-workflow';

import { CreationClaims } from '../../../nodes/ApikleyVeo/n8n/creationClaims';
import { fakeContext } from '../support/fakeContext';

/** n8n's database: each list by the ID of its node. n8n reads a list, changes it and writes it back. */
class FakeDatabase {
	readonly lists = new Map<string, string[]>();
	/** Called before each access. */
	beforeAccess: () => void = () => {};

	async update<T>(nodeId: string, change: (list: string[]) => T): Promise<T> {
		this.beforeAccess();
		const list = [...(this.lists.get(nodeId) ?? [])];
		await Promise.resolve();
		const result = change(list);
		await Promise.resolve();
		this.lists.set(nodeId, list);
		return result;
	}

	get size(): number {
		return [...this.lists.values()].flat().length;
	}
}

interface FakeExecution {
	readonly token?: string | null;
	readonly executionId?: string;
	readonly node?: Partial<INode>;
}

function createClaims(
	database: FakeDatabase,
	{ token = 'token of execution 1', executionId = '7', node = {} }: FakeExecution = {},
) {
	const { context, entry } = fakeContext({ executionId });
	const signature = token === null ? '' : `?signature=${encodeURIComponent(token)}`;
	const helpers: Partial<IExecuteFunctions['helpers']> = {
		async checkProcessedAndRecord(items, _scope, { maxEntries = Infinity }) {
			return await database.update(entry.node.id, (list) => {
				const processed = items.filter((item) => list.includes(String(item)));
				list.push(...items.filter((item) => !processed.includes(item)).map(String));
				list.splice(0, list.length - maxEntries);
				return { new: items.filter((item) => !processed.includes(item)), processed };
			});
		},
		async removeProcessed(items) {
			await database.update(entry.node.id, (list) => {
				const left = list.filter((item) => !items.includes(item));
				list.splice(0, list.length, ...left);
			});
		},
	};
	const own = { ...context.getNode(), ...node };
	const claims = new CreationClaims({
		...context,
		getNode: () => own,
		evaluateExpression: () => `https://n8n.example/webhook-waiting/7${signature}`,
		helpers,
	} as unknown as IExecuteFunctions);
	const claim = async (...names: string[]) => [...(await claims.claim(names))];
	return {
		claims,
		claim,
		release: async (...names: string[]) => await claims.release(names),
		entry,
	};
}

test('what was claimed before is known, in the same execution and in its retries', async () => {
	const database = new FakeDatabase();
	expect(await createClaims(database).claim('a', 'b')).toEqual([]);
	expect(await createClaims(database).claim('b', 'c', 'a')).toEqual(['b', 'a']);
});

test('what was released can be claimed again', async () => {
	const { claim, release } = createClaims(new FakeDatabase());
	await claim('a', 'b', 'c');
	await release('a', 'c');
	expect(await claim('a', 'b')).toEqual(['b']);
});

test.each<[string, FakeExecution]>([
	['execution', { token: 'token of execution 2' }],
	['node', { node: { id: '2' } }],
	['node without an ID', { node: { id: '' } }],
])('each %s has claims of its own', async (_, other) => {
	const database = new FakeDatabase();
	await createClaims(database).claim('a');
	expect(await createClaims(database, other).claim('a')).toEqual([]);
});

test('a node that was renamed before the retry has its claims', async () => {
	const database = new FakeDatabase();
	await createClaims(database).claim('a');
	expect(await createClaims(database, { node: { name: 'Veo' } }).claim('a')).toEqual(['a']);
});

test('where n8n has no resume tokens, an execution that it runs twice has its claims, but no other', async () => {
	const database = new FakeDatabase();
	const claimIn = async (executionId: string) =>
		await createClaims(database, { token: null, executionId }).claim('a');
	expect(await claimIn('7')).toEqual([]);
	expect(await claimIn('7')).toEqual(['a']);
	expect(await claimIn('8')).toEqual([]);
	database.lists.clear();
	for (let time = 1; time <= 2; time++) expect(await claimIn('')).toEqual([]);
	expect(database.lists.size).toBe(0);
});

test('the database is left alone if there is nothing to claim', async () => {
	const database = new FakeDatabase();
	const { claim, release } = createClaims(database);
	expect(await claim()).toEqual([]);
	await release();
	expect(database.lists.size).toBe(0);
});

test('claims of several executions at once are all kept, in lists that no node has', async () => {
	const database = new FakeDatabase();
	const tokens = Array.from({ length: 100 }, (_, number) => `token ${number}`);
	const executions = tokens.map((token) => createClaims(database, { token }));
	await Promise.all(executions.map(async ({ claim }) => await claim('a', 'b')));
	expect(database.size).toBe(200);
	expect(database.lists.size).toBeLessThanOrEqual(64);
	for (const { claim, entry } of executions) {
		expect(await claim('a', 'b')).toEqual(['a', 'b']);
		expect(database.lists.has(entry.node.id)).toBe(false);
		expect(entry.node.id).toBe('1');
	}
});

test('a list keeps all of an execution with many runs, but not each entry forever', async () => {
	const database = new FakeDatabase();
	const names = (prefix: string, count: number) =>
		Array.from({ length: count }, (_, number) => `${prefix} ${number}`);
	const { claim } = createClaims(database);
	for (let turn = 0; turn < 10; turn++) await claim(...names(`turn ${turn}:`, 1_000));
	for (let turn = 0; turn < 10; turn++) {
		expect(await claim(...names(`turn ${turn}:`, 1_000))).toHaveLength(1_000);
	}
	await claim(...names('more', 750));
	expect(database.size).toBe(10_000);
	await claim(...names('all of one run', 10_250));
	expect(database.size).toBe(10_250);
});

describe('when the database fails', () => {
	const failing = (times: number) => {
		const database = new FakeDatabase();
		let left = times;
		database.beforeAccess = () => {
			left -= 1;
			if (left >= 0) throw new Error('SQLITE_CONSTRAINT');
		};
		return database;
	};

	test('it is asked again, as another process may have created the list', async () => {
		const database = failing(1);
		expect(await createClaims(database).claim('a')).toEqual([]);
		expect(await createClaims(database).claim('a')).toEqual(['a']);
	});

	test('nothing is claimed, and later claims are not affected', async () => {
		const database = failing(4);
		const { claim, release } = createClaims(database);
		expect(await claim('a')).toEqual([]);
		await release('a');
		expect(await claim('a')).toEqual([]);
		expect(await claim('a')).toEqual(['a']);
	});
});
