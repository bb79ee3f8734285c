import { apikleyVeo, type NodeSpec } from '../test/n8n-harness/workflows.mjs';
import type { Benchmark, Row } from './benchmark.mjs';
import { httpRequest } from './http-request.mjs';
import type { Lab, Measured, Runner } from './test-bed.mjs';
import { inTurn } from './rounds.mjs';
import { ratioOf, sampleOf, shown } from './sample.mjs';

const COUNT = 1000;
const AT_A_TIME = 10;
const ANSWERED_AFTER_MS = 50;
const MOST = 0.7;

const TASK_IDS = Array.from({ length: COUNT }, (_, n) => `task-${n}`);

interface Side extends Measured {
	/** Requests that the simulator had in flight at once. */
	readonly maxInFlight: number;
}

/** The same work by our node and by n8n's own HTTP Request node, with the same credential. */
export const lookups: Benchmark = {
	name: 'lookups',
	title: `${COUNT} lookups in one execution, answered after ${ANSWERED_AFTER_MS} ms, ${AT_A_TIME} at a time`,
	async run(lab) {
		const [ours = [], batches = [], atOnce = []] = await inTurn(this.title, [
			await side(lab, ourNode(lab)),
			// n8n starts ten, waits, and starts the next ten, whether or not the first are answered
			await side(
				lab,
				httpRequest(lab, { batch: { batchSize: AT_A_TIME, batchInterval: ANSWERED_AFTER_MS } }),
			),
			// With an interval of 0 there are no batches
			await side(lab, httpRequest(lab, { batch: { batchSize: AT_A_TIME, batchInterval: 0 } })),
		]);
		return [
			...compared('in batches of ten', ours, batches, MOST),
			...compared('all at once', ours, atOnce, null),
		];
	},
};

function ourNode(lab: Lab): NodeSpec {
	const parameters = {
		operation: 'getStatus',
		taskId: '={{ $json.taskId }}',
		options: { maxConcurrency: AT_A_TIME },
	};
	return apikleyVeo(parameters, lab.credential);
}

/** Runs it once to warm up; what is returned measures one run more. */
async function side(lab: Lab, node: NodeSpec): Promise<() => Promise<Side>> {
	const run = await lab.prepare(node);
	await measure(lab, run);
	return async () => await measure(lab, run);
}

async function measure({ simulator }: Lab, run: Runner): Promise<Side> {
	await simulator.reset();
	await simulator.setOptions({ responseDelayMs: ANSWERED_AFTER_MS });
	await simulator.addTasks(TASK_IDS.map((taskId) => ({ taskId })));
	const measured = await run(TASK_IDS);
	const { perStatus, maxInFlight } = await simulator.summary();
	const items = measured.node.outputs[0]?.length;
	if (items !== COUNT || perStatus['200'] !== COUNT) {
		throw new Error(`${items} items of ${COUNT}, answered ${JSON.stringify(perStatus)}`);
	}
	return { ...measured, maxInFlight };
}

/** `how`: what the HTTP Request node does. `most`: the ratio to be met, null if there is none. */
function compared(
	how: string,
	ours: readonly Side[],
	theirs: readonly Side[],
	most: number | null,
): Row[] {
	const row = (what: string, unit: string, read: (side: Side) => number): Row => {
		const [mine, other] = [ours.map(read), theirs.map(read)];
		const ratio = ratioOf(mine, other);
		return {
			measure: `${what}, HTTP Request ${how}`,
			ours: shown(sampleOf(mine), unit),
			theirs: shown(sampleOf(other), unit),
			result: shown(ratio),
			target: most === null ? null : `≤ ${most}`,
			met: most === null || ratio.median <= most,
		};
	};
	const inFlight = (sides: readonly Side[]) =>
		String(Math.max(...sides.map(({ maxInFlight }) => maxInFlight)));
	return [
		row('Wall time', ' s', ({ wallSeconds }) => wallSeconds),
		row('CPU time', ' s', ({ cpuSeconds }) => cpuSeconds),
		{
			measure: `Most requests at once, HTTP Request ${how}`,
			ours: inFlight(ours),
			theirs: inFlight(theirs),
			result: '',
			target: null,
			met: true,
		},
	];
}
