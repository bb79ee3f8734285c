import type { NodeSpec } from '../test/n8n-harness/workflows.mjs';
import { atMost, type Benchmark, type Row } from './benchmark.mjs';
import { measureInRounds } from './rounds.mjs';
import { formatSample, ratioRow, sampleOf } from './sample.mjs';
import { createTasks, type Measured, type Runner, type TestBed } from './test-bed.mjs';
import { httpRequest } from './workflows.mjs';

const COUNT = 1000;
const FEW = 10;
const MANY = 50;
const RESPONSE_DELAY_MS = 50;

/** If there are always ten requests in flight, and nothing but the delay of the responses takes time. */
const IDEAL_S = ((COUNT / FEW) * RESPONSE_DELAY_MS) / 1000;
const MAX_SLOWDOWN = 1.15;
/** Both sides wait at least the ideal time for responses, so this ratio is closer to 1 on a fast machine. */
const MAX_WALL_RATIO_IN_BATCHES = 0.8;
const MAX_CPU_RATIO_IN_BATCHES = 0.7;
const MAX_WALL_RATIO_AT_ONCE = 1;

const TASKS = createTasks('task', COUNT);

interface Side extends Measured {
	/** Seconds from the arrival of the first request until the last response has been sent. */
	readonly requestSeconds: number;
	/** The largest number of requests that the simulator had in flight. */
	readonly maxInFlight: number;
}

/** The same work by our node and by n8n's own HTTP Request node, with the same credential. */
export const lookups: Benchmark = {
	name: 'lookups',
	title: `${COUNT} checks in one execution, responses after ${RESPONSE_DELAY_MS} ms, ${FEW} or ${MANY} at a time`,
	async run(bed) {
		const [few = [], batches = [], many = [], atOnce = []] = await measureInRounds(this.title, [
			await prepareSide(bed, ourNode(bed, FEW)),
			// n8n starts ten, waits, and starts the next ten, even if the first ten have no response yet
			await prepareSide(bed, theirNode(bed, RESPONSE_DELAY_MS)),
			await prepareSide(bed, ourNode(bed, MANY)),
			// With an interval of 0 there are no batches
			await prepareSide(bed, theirNode(bed, 0)),
		]);
		return [
			idealRow(few),
			...compare(`${FEW} at a time, HTTP Request in batches of ten`, few, batches, {
				wall: MAX_WALL_RATIO_IN_BATCHES,
				cpu: MAX_CPU_RATIO_IN_BATCHES,
			}),
			...compare(`${MANY} at a time, HTTP Request all at once`, many, atOnce, {
				wall: MAX_WALL_RATIO_AT_ONCE,
			}),
		];
	},
};

function ourNode(bed: TestBed, maxConcurrency: number): NodeSpec {
	return bed.veoNode({ operation: 'getStatus', options: { maxConcurrency } });
}

function theirNode(bed: TestBed, batchInterval: number): NodeSpec {
	return httpRequest(bed, { batch: { batchSize: FEW, batchInterval } });
}

/** Runs the node once to warm up. The returned function measures one more run. */
async function prepareSide(bed: TestBed, node: NodeSpec): Promise<() => Promise<Side>> {
	const run = await bed.prepare(node);
	await measure(bed, run);
	return async () => await measure(bed, run);
}

async function measure(bed: TestBed, run: Runner): Promise<Side> {
	await bed.simulate(TASKS, { responseDelayMs: RESPONSE_DELAY_MS });
	const measured = await run(TASKS);
	const { perStatus, maxInFlight } = await bed.simulator.summary();
	const items = measured.node.outputs[0]?.length;
	if (items !== COUNT || perStatus['200'] !== COUNT) {
		throw new Error(`${items} items of ${COUNT}, responses: ${JSON.stringify(perStatus)}`);
	}
	return { ...measured, maxInFlight, requestSeconds: await requestSeconds(bed) };
}

/** What n8n itself does before and after the requests isn't part of it. */
async function requestSeconds({ simulator }: TestBed): Promise<number> {
	const requests = await simulator.requests();
	const first = Math.min(...requests.map(({ startedAt }) => startedAt));
	const last = Math.max(...requests.map(({ endedAt }) => endedAt ?? Infinity));
	return (last - first) / 1000;
}

function idealRow(sides: readonly Side[]): Row {
	const times = sides.map((side) => side.requestSeconds);
	const slowdowns = times.map((seconds) => seconds / IDEAL_S);
	return {
		measure: `From the first request to the last response, ${FEW} at a time`,
		ours: formatSample(times, ' s'),
		result: `${formatSample(slowdowns)} × the ideal ${IDEAL_S} s`,
		target: atMost(sampleOf(slowdowns).median, MAX_SLOWDOWN),
	};
}

/** `limits`: the largest ratios that meet the targets. */
function compare(
	how: string,
	ours: readonly Side[],
	theirs: readonly Side[],
	limits: { readonly wall: number; readonly cpu?: number },
): Row[] {
	const row = (what: string, read: (side: Side) => number, maxRatio?: number) =>
		ratioRow([`${what}, ${how}`, ' s'], ours.map(read), theirs.map(read), maxRatio);
	const maxInFlight = (sides: readonly Side[]) =>
		String(Math.max(...sides.map((side) => side.maxInFlight)));
	return [
		row('Wall time', ({ wallSeconds }) => wallSeconds, limits.wall),
		row('CPU time', ({ cpuSeconds }) => cpuSeconds, limits.cpu),
		{
			measure: `Most requests at once, ${how}`,
			ours: maxInFlight(ours),
			theirs: maxInFlight(theirs),
		},
	];
}
