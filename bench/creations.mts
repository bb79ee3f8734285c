import { setTimeout as sleep } from 'node:timers/promises';

import { shownOnTerminal } from '../test/n8n-harness/system/progress.mjs';
import type { NodeSpec } from '../test/n8n-harness/workflows.mjs';
import { PROVIDER_LIMIT } from '../test/simulator/account.mjs';
import { paidTwice, type LedgerEntry } from '../test/simulator/ledger.mjs';
import type { SimulatorSettings } from '../test/simulator/settings.mjs';
import { atMost, type Benchmark, type Row } from './benchmark.mjs';
import { measureInRounds } from './rounds.mjs';
import { formatSample, ratioRow } from './sample.mjs';
import { createTasks, type Measured, type Runner, type TestBed } from './test-bed.mjs';
import { httpCreation } from './workflows.mjs';

const COUNT = 1_000;
const CONCURRENCY = 10;
const RESPONSE_DELAY_MS = 50;
const MAX_RATIO = 0.7;

const LIMITED = 200;
const { creations: ALLOWED, perSeconds: WINDOW_S } = PROVIDER_LIMIT;
/** The first twenty at once, and the last twenty after nine windows. */
const IDEAL_S = (LIMITED / ALLOWED - 1) * WINDOW_S;
const MAX_SLOWDOWN = 2;

const SAVES = 20;

/** Creations by our node and by n8n's own HTTP Request node, and what our node does beyond that. */
export const creations: Benchmark = {
	name: 'creations',
	title: `${COUNT} creations in one execution without waiting for the videos, responses after ${RESPONSE_DELAY_MS} ms, ${CONCURRENCY} at a time`,
	async run(bed) {
		const theirNode = httpCreation(bed, {
			batchSize: CONCURRENCY,
			batchInterval: RESPONSE_DELAY_MS,
		});
		const [ours = [], theirs = []] = await measureInRounds(this.title, [
			await prepareSide(bed, generate(bed)),
			await prepareSide(bed, theirNode),
		]);
		const row = (what: string, read: (side: Measured) => number, maxRatio?: number) =>
			ratioRow([what, ' s'], ours.map(read), theirs.map(read), maxRatio);
		return [
			row('Wall time', ({ wallSeconds }) => wallSeconds),
			row('CPU time', ({ cpuSeconds }) => cpuSeconds, MAX_RATIO),
			await limitedRow(bed),
			await savedRow(bed, 1),
			await savedRow(bed, CONCURRENCY),
		];
	},
};

/** Our node, with each item's text as its prompt. */
function generate(bed: TestBed, more: NodeSpec['parameters'] = {}): NodeSpec {
	return bed.veoNode({
		resource: 'video',
		operation: 'generate',
		prompt: '={{ $json.taskId }}',
		waitForCompletion: false,
		generationOptions: { maxVideos: COUNT },
		options: { maxConcurrency: CONCURRENCY },
		...more,
	});
}

/** Runs the node once to warm up. The returned function measures one more run. */
async function prepareSide(bed: TestBed, node: NodeSpec): Promise<() => Promise<Measured>> {
	const run = await bed.prepare(node);
	const settings = { responseDelayMs: RESPONSE_DELAY_MS };
	const measure = async () => await createAll(bed, run, COUNT, settings);
	await measure();
	return measure;
}

/** Throws an Error unless each task was created once. */
async function createAll(
	bed: TestBed,
	run: Runner,
	count: number,
	settings: Partial<SimulatorSettings>,
): Promise<Measured> {
	await bed.simulate([], settings);
	const measured = await run(createTasks('prompt', count));
	const accepted = await bed.simulator.ledger({ accepted: true });
	const items = measured.node.outputs[0]?.length;
	if (items !== count || accepted.length !== count || paidTwice(accepted).length > 0) {
		throw new Error(`${accepted.length} tasks and ${items} items of ${count}`);
	}
	return measured;
}

async function limitedRow(bed: TestBed): Promise<Row> {
	const title = `${LIMITED} creations, of which the API allows ${ALLOWED} in ${WINDOW_S} s`;
	const { wallSeconds } = await shownOnTerminal(title, async () => {
		const run = await bed.prepare(generate(bed));
		return await createAll(bed, run, LIMITED, { creationLimit: PROVIDER_LIMIT });
	});
	const slowdown = wallSeconds / IDEAL_S;
	return {
		measure: `${title}: wall time, all created once`,
		ours: `${wallSeconds.toFixed(1)} s`,
		result: `${slowdown.toFixed(2)} × the ideal ${IDEAL_S} s`,
		target: atMost(slowdown, MAX_SLOWDOWN),
	};
}

/** How long the IDs of tasks are only in n8n's memory. */
async function savedRow(bed: TestBed, count: number): Promise<Row> {
	const of = count === 1 ? 'one creation' : `${count} creations`;
	const measure = `Parked: from when the API accepts the first of ${of} until n8n has saved the execution`;
	const times = await shownOnTerminal(measure, async () => {
		const parameters = { waitForCompletion: true, whileWaiting: 'park', downloadVideos: false };
		const { workflowId, call } = await bed.serve(generate(bed, parameters));
		const measured = [];
		for (let n = 0; n < SAVES; n++) {
			await bed.simulate([]);
			await bed.simulator.planTasks('*', [{ ending: { kind: 'never' } }]);
			await call(createTasks(`saved-${n}`, count));
			measured.push(await timeToSave(bed));
			const [execution] = await bed.client.listExecutions({ workflowId });
			await bed.client.stopExecution(execution?.id ?? '');
		}
		return measured;
	});
	return { measure, ours: formatSample(times, ' ms') };
}

/**
 * Milliseconds from the first creation until n8n takes calls at the execution's resume address, which it only does once it has
 * saved the execution.
 */
async function timeToSave({ simulator }: TestBed): Promise<number> {
	const { receivedAt, content } = await firstCreation(async () => await simulator.ledger());
	const { callBackUrl } = content as { callBackUrl: string };
	// A path that no node waits for, so that the execution stays parked
	const url = callBackUrl.replace('/apikley-veo', '/probe');
	for (;;) {
		const { status } = await fetch(url, { method: 'POST' });
		if (status === 404) return Date.now() - receivedAt;
		if (status !== 409) throw new Error(`The resume address responded with HTTP ${status}`);
	}
}

async function firstCreation(ledger: () => Promise<LedgerEntry[]>): Promise<LedgerEntry> {
	for (;;) {
		const [first] = await ledger();
		if (first !== undefined) return first;
		await sleep(2);
	}
}
