import { atMost, type Benchmark, type Row } from './benchmark.mjs';
import { measureInRounds } from './rounds.mjs';
import { formatSample, ratioRow, ratiosOf, sampleOf } from './sample.mjs';
import { createTasks, type Runner, type TestBed } from './test-bed.mjs';
import { httpRequest } from './workflows.mjs';

const COUNT = 2_000;
const COUNTS = [100, 1_000, 5_000] as const;
const DURATION_S = 20;
const INTERVAL_S = 10;
const ROUNDS = 2;
const MAX_RATIO = 0.7;
/** Above this ratio, the cost of a lookup grows with the number of tasks. */
const MAX_GROWTH = 1.1;

/** CPU time per lookup, while tasks are waited for. */
export const cost: Benchmark = {
	name: 'cost',
	title: `CPU time per check, tasks of ${DURATION_S} s checked every ${INTERVAL_S} s`,
	async run(bed) {
		const polling = { interval: INTERVAL_S, timeout: 3_600 };
		const ours = await bed.prepare(bed.veoNode({ operation: 'waitUntilComplete', polling }));
		const theirs = await bed.prepare(
			httpRequest(bed, { batch: { batchSize: 10, batchInterval: 1 } }),
		);
		const [mine = [], other = [], ...counts] = await measureInRounds(
			this.title,
			[
				async () => await measure(bed, ours, COUNT),
				async () => await measure(bed, theirs, COUNT),
				...COUNTS.map((count) => async () => await measure(bed, ours, count)),
			],
			ROUNDS,
		);
		return [ratioRow([`${COUNT} tasks`, ' ms'], mine, other, MAX_RATIO), ...growthRows(counts)];
	},
};

/** Milliseconds of n8n's CPU time for each lookup that the simulator received. */
async function measure(bed: TestBed, run: Runner, count: number): Promise<number> {
	const tasks = createTasks('cost', count, () => ({ durationSeconds: DURATION_S }));
	await bed.simulate(tasks);
	const { cpuSeconds } = await run(tasks);
	const { requests } = await bed.simulator.summary();
	return (cpuSeconds * 1000) / requests;
}

function growthRows(counts: ReadonlyArray<readonly number[]>): Row[] {
	const [smallest = []] = counts;
	return counts.map((times, index) => {
		const { median } = sampleOf(ratiosOf(times, smallest));
		return {
			measure: `${COUNTS[index]} tasks`,
			ours: formatSample(times, ' ms'),
			result: `${median.toFixed(2)} × that of ${COUNTS[0]}`,
			...(index === counts.length - 1 && { target: atMost(median, MAX_GROWTH) }),
		};
	});
}
