import type { NodeSpec } from '../test/n8n-harness/workflows.mjs';
import type { Benchmark, Row } from './benchmark.mjs';
import { measureInRounds } from './rounds.mjs';
import { ratioRow } from './sample.mjs';
import { createTasks, type Measured, type Runner, type TestBed } from './test-bed.mjs';
import { httpRequest } from './workflows.mjs';

const COUNT = 1000;
const CONCURRENCY = 10;
const RESPONSE_DELAY_MS = 50;
const MAX_RATIO = 0.7;

const TASKS = createTasks('task', COUNT);

interface Side extends Measured {
	/** The largest number of requests that the simulator had in flight. */
	readonly maxInFlight: number;
}

/** The same work by our node and by n8n's own HTTP Request node, with the same credential. */
export const lookups: Benchmark = {
	name: 'lookups',
	title: `${COUNT} checks in one execution, responses after ${RESPONSE_DELAY_MS} ms, ${CONCURRENCY} at a time`,
	async run(bed) {
		const ourNode = bed.veoNode({
			operation: 'getStatus',
			options: { maxConcurrency: CONCURRENCY },
		});
		const theirNode = (batchInterval: number) =>
			httpRequest(bed, { batch: { batchSize: CONCURRENCY, batchInterval } });
		const [ours = [], batches = [], atOnce = []] = await measureInRounds(this.title, [
			await prepareSide(bed, ourNode),
			// n8n starts ten, waits, and starts the next ten, even if the first ten have no response yet
			await prepareSide(bed, theirNode(RESPONSE_DELAY_MS)),
			// With an interval of 0 there are no batches
			await prepareSide(bed, theirNode(0)),
		]);
		return [
			...compare('HTTP Request in batches of ten', ours, batches, MAX_RATIO),
			...compare('HTTP Request all at once', ours, atOnce),
		];
	},
};

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
	return { ...measured, maxInFlight };
}

function compare(
	withWhat: string,
	ours: readonly Side[],
	theirs: readonly Side[],
	maxRatio?: number,
): Row[] {
	const row = (what: string, read: (side: Side) => number) =>
		ratioRow([`${what}, ${withWhat}`, ' s'], ours.map(read), theirs.map(read), maxRatio);
	const maxInFlight = (sides: readonly Side[]) =>
		String(Math.max(...sides.map((side) => side.maxInFlight)));
	return [
		row('Wall time', ({ wallSeconds }) => wallSeconds),
		row('CPU time', ({ cpuSeconds }) => cpuSeconds),
		{
			measure: `Most requests at once, ${withWhat}`,
			ours: maxInFlight(ours),
			theirs: maxInFlight(theirs),
		},
	];
}
