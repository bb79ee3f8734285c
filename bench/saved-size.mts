import type { Benchmark } from './benchmark.mjs';
import { createTasks, type TestBed } from './test-bed.mjs';

const COUNT = 100;
const DAY_S = 24 * 3_600;
const MAX_KIB = 1_024;
/** n8n wakes parked executions after 65 s, and later when it is busy. */
const PATIENCE_MS = 180_000;

const TASKS = createTasks('endless', COUNT, () => ({ ending: { kind: 'never' } }));

/** The size of what n8n saves of a parked execution, after each of three lookups. */
export const savedSize: Benchmark = {
	name: 'saved-size',
	title: `A parked wait of 24 h with ${COUNT} tasks, as n8n saves it`,
	async run(bed) {
		const { client, simulator } = bed;
		await bed.simulate(TASKS);
		const id = await start(bed);
		const sizes: number[] = [];
		for (const lookups of [1, 2, 3]) {
			await simulator.waitFor({ requests: lookups * COUNT, timeoutMs: PATIENCE_MS });
			const isWaiting = ({ status }: { status: string }) => status === 'waiting';
			const { stored } = await client.waitUntil(id, isWaiting, PATIENCE_MS);
			sizes.push(stored.length / 1024);
		}
		await client.stopExecution(id);
		const [first = 0, , third = Infinity] = sizes;
		const growth = third - first;
		return [
			{
				measure: 'After the first, second and third check of each task',
				ours: sizes.map((size) => `${size.toFixed(1)} KiB`).join(', '),
				result: `${third.toFixed(0)} KiB, grows by ${growth.toFixed(1)} KiB`,
				target: { text: `≤ ${MAX_KIB} KiB, no growth`, isMet: third <= MAX_KIB && growth < 1 },
			},
		];
	},
};

async function start(bed: TestBed): Promise<string> {
	const { workflowId, call } = await bed.serve(
		bed.veoNode({
			operation: 'waitUntilComplete',
			whileWaiting: 'park',
			polling: { parkAfter: 0, timeout: DAY_S },
		}),
	);
	await call(TASKS);
	const [execution] = await bed.client.listExecutions({ workflowId });
	if (execution === undefined) throw new Error('The execution did not start');
	return execution.id;
}
