import { atMost, type Benchmark } from './benchmark.mjs';
import { measureInRounds } from './rounds.mjs';
import { formatSample, sampleOf } from './sample.mjs';
import {
	createTasks,
	expectSucceeded,
	type Measured,
	type Runner,
	type TestBed,
} from './test-bed.mjs';

const COUNT = 200;
const MIN_DURATION_S = 5;
const MAX_DURATION_S = 30;
const INTERVAL_S = 2;
const ROUNDS = 2;
/** How much longer than the longest task the execution may take. */
const MARGIN_S = 3;

const durationOf = (n: number) =>
	MIN_DURATION_S + ((MAX_DURATION_S - MIN_DURATION_S) * n) / (COUNT - 1);
const TASKS = createTasks('task', COUNT, (n) => ({ durationSeconds: durationOf(n) }));

/** Each task is looked up at once, and then once an interval until it is complete. */
const IDEAL_LOOKUPS = TASKS.reduce(
	(sum, _, n) => sum + 1 + Math.ceil(durationOf(n) / INTERVAL_S),
	0,
);
/** The acceptable shares of the ideal. Waiting for one task after another takes far fewer lookups. */
const [MIN_SHARE, MAX_SHARE] = [0.9, 1.05];

interface Wait extends Measured {
	readonly lookups: number;
}

/** Waits for many tasks that run at the same time. */
export const sideBySide: Benchmark = {
	name: 'side-by-side',
	title: `${COUNT} tasks of ${MIN_DURATION_S} to ${MAX_DURATION_S} s in one execution, checked every ${INTERVAL_S} s`,
	async run(bed) {
		const polling = { interval: INTERVAL_S };
		const run = await bed.prepare(bed.veoNode({ operation: 'waitUntilComplete', polling }));
		const sides = [async () => await measure(bed, run)];
		const [waits = []] = await measureInRounds(this.title, sides, ROUNDS);
		const wallTimes = waits.map(({ wallSeconds }) => wallSeconds);
		const overrun = sampleOf(wallTimes).max - MAX_DURATION_S;
		const { min, max } = sampleOf(waits.map(({ lookups }) => lookups / IDEAL_LOOKUPS));
		return [
			{
				measure: 'Wall time, beyond the longest task',
				ours: formatSample(wallTimes, ' s'),
				result: `at most ${overrun.toFixed(2)} s`,
				target: atMost(overrun, MARGIN_S, ' s'),
			},
			{
				measure: `Checks, of ${IDEAL_LOOKUPS} with one every ${INTERVAL_S} s`,
				ours: waits.map(({ lookups }) => lookups).join(', '),
				result: `${min.toFixed(2)} to ${max.toFixed(2)}`,
				target: {
					text: `${MIN_SHARE} to ${MAX_SHARE}`,
					isMet: min >= MIN_SHARE && max <= MAX_SHARE,
				},
			},
			{
				measure: 'CPU time',
				ours: formatSample(
					waits.map(({ cpuSeconds }) => cpuSeconds),
					' s',
				),
			},
		];
	},
};

async function measure(bed: TestBed, run: Runner): Promise<Wait> {
	await bed.simulate(TASKS);
	const measured = await run(TASKS);
	expectSucceeded(measured, COUNT);
	const { requests } = await bed.simulator.summary();
	return { ...measured, lookups: requests };
}
