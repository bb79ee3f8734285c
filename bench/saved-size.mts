import { shownOnTerminal } from '../test/n8n-harness/system/progress.mjs';
import { lostCallback } from '../test/simulator/callback-script.mjs';
import type { Benchmark, Row } from './benchmark.mjs';
import { count, waitUntil } from './executions.mjs';
import { createTasks, type TestBed } from './test-bed.mjs';
import { startVideos } from './videos.mjs';

const COUNT = 100;
const DAY_S = 24 * 3_600;
const MAX_KIB = 1_024;
/** n8n wakes parked executions after 65 s, and later when it is busy. */
const TIMEOUT_MS = 180_000;
const WAKINGS = 50;

const TASKS = createTasks('endless', COUNT, () => ({ ending: { kind: 'never' } }));

export const savedSize: Benchmark = {
	name: 'saved-size',
	title: 'Parked executions, as n8n saves them',
	run: async (bed) => [await lookUpThreeTimes(bed), await wakeOften(bed)],
};

async function lookUpThreeTimes(bed: TestBed): Promise<Row> {
	const { client, simulator } = bed;
	await bed.simulate(TASKS);
	const id = await start(bed);
	const sizes: number[] = [];
	for (const lookups of [1, 2, 3]) {
		await simulator.waitFor({ requests: lookups * COUNT, timeoutMs: TIMEOUT_MS });
		const isWaiting = ({ status }: { status: string }) => status === 'waiting';
		const { stored } = await client.waitUntil(id, isWaiting, TIMEOUT_MS);
		sizes.push(stored.length / 1024);
	}
	await client.stopExecution(id);
	const [first = 0, , third = Infinity] = sizes;
	const growth = third - first;
	return {
		measure: `A wait of 24 h with ${COUNT} tasks, after the first, second and third check of each`,
		ours: sizes.map((size) => `${size.toFixed(1)} KiB`).join(', '),
		result: `${third.toFixed(0)} KiB, grows by ${growth.toFixed(1)} KiB`,
		target: { text: `≤ ${MAX_KIB} KiB, no growth`, isMet: third <= MAX_KIB && growth < 1 },
	};
}

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

/** An execution that is woken again and again by callbacks that come too early. */
async function wakeOften(bed: TestBed): Promise<Row> {
	return await shownOnTerminal(`${WAKINGS} callbacks for one execution`, async () => {
		const { client, simulator } = bed;
		await bed.simulate([], { callbacks: lostCallback() });
		await simulator.planTasks('*', [{ ending: { kind: 'never' } }]);
		const { workflowId, sink } = await startVideos(bed, 1);
		const [execution] = await client.listExecutions({ workflowId });
		const [creation] = await simulator.ledger({ kind: 'generate' });
		const [id, taskId] = [String(execution?.id), String(creation?.taskId)];
		const sizes: number[] = [];
		while (sizes.length < WAKINGS) {
			const status = await simulator.postCallback(taskId);
			if (status !== 200) throw new Error(`A callback got status ${status}`);
			const { requests } = await simulator.summary();
			await simulator.waitFor({ requests: requests + 1, timeoutMs: 60_000 });
			await waitUntil(async () => (await count(bed, workflowId, 'waiting')) === 1);
			sizes.push((await client.getExecution(id)).stored.length / 1024);
		}
		await client.stopExecution(id);
		await sink.close();
		const [first = NaN, last = NaN] = [sizes[0], sizes.at(-1)];
		const growth = last - first;
		return {
			measure: `A wait for one task, after 1 and ${WAKINGS} callbacks that came too early`,
			ours: `${first.toFixed(1)} KiB, ${last.toFixed(1)} KiB`,
			result: `grows by ${growth.toFixed(1)} KiB`,
			target: { text: 'no growth', isMet: growth < 0.1 },
		};
	});
}
