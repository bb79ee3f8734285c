import { apikleyVeo } from '../test/n8n-harness/workflows.mjs';
import type { Benchmark, Row } from './benchmark.mjs';
import type { Lab, Measured, Runner } from './test-bed.mjs';
import { inTurn } from './rounds.mjs';
import { sampleOf, shown } from './sample.mjs';

const COUNT = 200;
const SHORTEST_S = 5;
const LONGEST_S = 30;
const INTERVAL_S = 2;
const ROUNDS = 2;
/** How much longer than the longest task it may take. */
const MARGIN_S = 3;

const TASKS = Array.from({ length: COUNT }, (_, n) => ({
	taskId: `task-${n}`,
	durationSeconds: SHORTEST_S + ((LONGEST_S - SHORTEST_S) * n) / (COUNT - 1),
}));

/** Each looked up at once, and then once in an interval until it has ended. */
const IDEAL_LOOKUPS = TASKS.reduce(
	(sum, { durationSeconds }) => sum + 1 + Math.ceil(durationSeconds / INTERVAL_S),
	0,
);
/** Of the ideal; who waits for one task after the other looks up far less. */
const LEAST_SHARE = 0.9;

interface Wait extends Measured {
	readonly lookups: number;
}

/** Waits for many tasks that run at the same time. */
export const sideBySide: Benchmark = {
	name: 'side-by-side',
	title: `${COUNT} tasks of ${SHORTEST_S} to ${LONGEST_S} s in one execution, looked up every ${INTERVAL_S} s`,
	async run(lab) {
		const run = await lab.prepare(
			apikleyVeo(
				{
					operation: 'waitUntilComplete',
					taskId: '={{ $json.taskId }}',
					polling: { interval: INTERVAL_S },
				},
				lab.credential,
			),
		);
		const [runs = []] = await inTurn(this.title, [async () => await measure(lab, run)], ROUNDS);
		return rowsOf(runs);
	},
};

async function measure({ simulator }: Lab, run: Runner): Promise<Wait> {
	await simulator.reset();
	await simulator.addTasks(TASKS);
	const measured = await run(TASKS.map(({ taskId }) => taskId));
	const items = measured.node.outputs[0] ?? [];
	const succeeded = items.filter(({ json }) => json.status === 'succeeded');
	if (succeeded.length !== COUNT) {
		throw new Error(`Of ${COUNT} tasks only ${succeeded.length} came out as succeeded`);
	}
	const { requests } = await simulator.summary();
	return { ...measured, lookups: requests };
}

function rowsOf(runs: readonly Wait[]): Row[] {
	const wall = sampleOf(runs.map(({ wallSeconds }) => wallSeconds));
	const cpu = sampleOf(runs.map(({ cpuSeconds }) => cpuSeconds));
	const share = sampleOf(runs.map(({ lookups }) => lookups / IDEAL_LOOKUPS));
	return [
		{
			measure: 'Wall time, beyond the longest task',
			ours: shown(wall, ' s'),
			result: `${(wall.most - LONGEST_S).toFixed(2)} s at most`,
			target: `≤ ${MARGIN_S} s`,
			met: wall.most <= LONGEST_S + MARGIN_S,
		},
		{
			measure: `Lookups, of ${IDEAL_LOOKUPS} with one every ${INTERVAL_S} s`,
			ours: runs.map(({ lookups }) => lookups).join(', '),
			result: `${share.least.toFixed(2)} at least`,
			target: `≥ ${LEAST_SHARE}`,
			met: share.least >= LEAST_SHARE,
		},
		{ measure: 'CPU time', ours: shown(cpu, ' s'), result: '', target: null, met: true },
	];
}
