import { apikleyVeo } from '../test/n8n-harness/workflows.mjs';
import type { Benchmark, Row } from './benchmark.mjs';
import { httpRequest } from './http-request.mjs';
import type { Lab, Runner } from './test-bed.mjs';
import { inTurn } from './rounds.mjs';
import { ratioOf, sampleOf, shown } from './sample.mjs';

const COUNT = 2_000;
const COUNTS = [100, 1_000, 5_000] as const;
const DURATION_S = 20;
const INTERVAL_S = 10;
const ROUNDS = 2;
const MOST = 0.7;
/** Beyond it the cost is not flat any more. */
const MOST_GROWTH = 1.1;

/** CPU time of a lookup, of tasks that are waited for. */
export const cost: Benchmark = {
	name: 'cost',
	title: `CPU time a lookup, tasks of ${DURATION_S} s looked up every ${INTERVAL_S} s`,
	async run(lab) {
		const ours = await lab.prepare(waiting(lab));
		const theirs = await lab.prepare(
			httpRequest(lab, { batch: { batchSize: 10, batchInterval: 1 } }),
		);
		const [mine = [], other = [], ...counts] = await inTurn(
			this.title,
			[
				async () => await measure(lab, ours, COUNT),
				async () => await measure(lab, theirs, COUNT),
				...COUNTS.map((count) => async () => await measure(lab, ours, count)),
			],
			ROUNDS,
		);
		return [comparedWithHttpRequest(mine, other), ...growth(counts)];
	},
};

function waiting({ credential }: Lab) {
	const polling = { interval: INTERVAL_S, timeout: 3_600 };
	return apikleyVeo(
		{ operation: 'waitUntilComplete', taskId: '={{ $json.taskId }}', polling },
		credential,
	);
}

/** Milliseconds of n8n's CPU time for each lookup that the simulator saw. */
async function measure({ simulator }: Lab, run: Runner, count: number): Promise<number> {
	const tasks = Array.from({ length: count }, (_, n) => ({
		taskId: `cost-${n}`,
		durationSeconds: DURATION_S,
	}));
	await simulator.reset();
	await simulator.addTasks(tasks);
	const { cpuSeconds } = await run(tasks.map(({ taskId }) => taskId));
	const { requests } = await simulator.summary();
	return (cpuSeconds * 1000) / requests;
}

function comparedWithHttpRequest(mine: readonly number[], other: readonly number[]): Row {
	const ratio = ratioOf(mine, other);
	return {
		measure: `${COUNT} tasks`,
		ours: shown(sampleOf(mine), ' ms'),
		theirs: shown(sampleOf(other), ' ms'),
		result: shown(ratio),
		target: `≤ ${MOST}`,
		met: ratio.median <= MOST,
	};
}

function growth(counts: ReadonlyArray<readonly number[]>): Row[] {
	const [smallest = []] = counts;
	return counts.map((each, index) => {
		const isLargest = index === counts.length - 1;
		const ratio = ratioOf(each, smallest);
		return {
			measure: `${COUNTS[index]} tasks`,
			ours: shown(sampleOf(each), ' ms'),
			result: `${ratio.median.toFixed(2)} × that of ${COUNTS[0]}`,
			target: isLargest ? `≤ ${MOST_GROWTH}` : null,
			met: !isLargest || ratio.median <= MOST_GROWTH,
		};
	});
}
