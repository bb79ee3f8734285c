import type { INodeParameters } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';

import { inParallel } from '../test/in-parallel.mjs';
import { shownOnTerminal } from '../test/n8n-harness/system/progress.mjs';
import { WebhookSink } from '../test/n8n-harness/webhook-sink.mjs';
import { lostCallback, type CallbackScript } from '../test/simulator/callback-script.mjs';
import type { LedgerEntry } from '../test/simulator/ledger.mjs';
import { atMost, type Benchmark, type Row } from './benchmark.mjs';
import { startProbes, type Probes } from './probes.mjs';
import { quantile, sampleOf } from './sample.mjs';
import { MAX_EXECUTIONS, type TestBed } from './test-bed.mjs';
import { callWebhook } from './webhook.mjs';
import { oneVideo } from './workflows.mjs';

const EXECUTIONS = Number(process.env.BENCH_WAKE_EXECUTIONS ?? 500);
const MIN_DURATION_S = 60;
const MAX_DURATION_S = 180;
const TIMEOUT_MS = 900_000;
/** Webhook calls in flight at the same time. */
const CALLERS = 20;

/** Spread evenly, in an order that looks random. */
const DURATIONS_S = Array.from(
	{ length: EXECUTIONS },
	(_, n) =>
		MIN_DURATION_S +
		((MAX_DURATION_S - MIN_DURATION_S) * ((n * 7_919) % EXECUTIONS)) / (EXECUTIONS - 1),
);

interface Way {
	readonly name: string;
	readonly polling: INodeParameters;
	readonly callbacks: CallbackScript;
}

interface Run {
	/** From the end of the last task to the last request of a next node. */
	readonly secondsBeyond: number;
	/** From the end of each task to the request of the next node. */
	readonly delays: readonly number[];
	readonly lookupsPerTask: number;
	readonly probes: Probes;
}

const ON_TIME: Way = { name: 'callbacks on time', polling: {}, callbacks: [{}] };
const LOST: Way = { name: 'all callbacks lost', polling: {}, callbacks: lostCallback() };
const OFF: Way = {
	name: 'Wake on Callback off',
	polling: { wakeOnCallback: false },
	callbacks: lostCallback(),
};

export const wake: Benchmark = {
	name: 'wake',
	title: `${EXECUTIONS} production executions started at once, each creates a task of ${MIN_DURATION_S} to ${MAX_DURATION_S} s and is parked, n8n limited to ${MAX_EXECUTIONS} at a time`,
	async run(bed) {
		const onTime = await runWay(bed, ON_TIME);
		const lost = await runWay(bed, LOST);
		const off = await runWay(bed, OFF);
		return [...onTimeRows(onTime), ...lostRows(lost, off), ...reportRows(OFF, off)];
	},
};

async function runWay(bed: TestBed, way: Way): Promise<Run> {
	return await shownOnTerminal(`${EXECUTIONS} executions, ${way.name}`, async () => {
		const sink = await WebhookSink.open();
		try {
			return await measure(bed, way, sink);
		} finally {
			await sink.close();
		}
	});
}

async function measure(bed: TestBed, { polling, callbacks }: Way, sink: WebhookSink): Promise<Run> {
	const { client, simulator } = bed;
	await bed.simulate([], { callbacks });
	await simulator.planTasks(
		'*',
		DURATIONS_S.map((durationSeconds) => ({ durationSeconds })),
	);
	const path = randomUUID();
	const build = oneVideo(sink.url, { timeout: 3_600, ...polling });
	const workflow = await client.createWorkflow(build(path, bed));
	await client.activateWorkflow(workflow);
	const stopProbes = await startProbes(client);
	await inParallel(DURATIONS_S, CALLERS, async (_) => {
		await callWebhook(client, path, { prompt: 'A dog' });
	});
	await sink.waitForCount(EXECUTIONS, TIMEOUT_MS);
	const probes = await stopProbes();
	await client.deactivateWorkflow(workflow.id);
	const ends = endsOf(await simulator.ledger({ kind: 'generate', accepted: true }));
	expectEachOnce([...ends.keys()], sink);
	const { perTask } = await simulator.summary();
	const lookups = [...ends.keys()].reduce((sum, taskId) => sum + (perTask[taskId] ?? 0), 0);
	const delays = sink.received.map(
		({ taskId }, index) =>
			(Number(sink.arrivalTimes[index]) - (ends.get(String(taskId)) ?? NaN)) / 1000,
	);
	return {
		secondsBeyond: (Math.max(...sink.arrivalTimes) - Math.max(...ends.values())) / 1000,
		delays,
		lookupsPerTask: lookups / EXECUTIONS,
		probes,
	};
}

/** When each created task ended, in milliseconds since 1970. The first task has the first duration, and so on. */
function endsOf(created: readonly LedgerEntry[]): Map<string, number> {
	if (created.length !== EXECUTIONS) throw new Error(`${created.length} tasks were created`);
	return new Map(
		created.map(({ taskId, receivedAt }, index) => [
			String(taskId),
			receivedAt + Number(DURATIONS_S[index]) * 1000,
		]),
	);
}

/** Throws an Error unless the next node has received each created task once, and nothing else. */
function expectEachOnce(created: readonly string[], { received }: WebhookSink): void {
	const delivered = new Set(received.map(({ taskId }) => String(taskId)));
	const missing = created.filter((taskId) => !delivered.has(taskId));
	if (missing.length > 0 || received.length !== created.length) {
		throw new Error(
			`${received.length} items for ${created.length} tasks, of which ${missing.length} are missing`,
		);
	}
}

function onTimeRows({ secondsBeyond, delays, lookupsPerTask, probes }: Run): Row[] {
	const { median } = sampleOf(delays);
	const p95 = quantile(delays, 0.95);
	const { max } = probes.responded;
	return [
		row('all ended after the last task', secondsBeyond, ' s', 10),
		row("from a task's end to the next node's request, median", median, ' s', 1),
		row("from a task's end to the next node's request, 95 %", p95, ' s', 3),
		row('checks per task', lookupsPerTask, '', 1.2),
		row('response time of another webhook, called each second', max, ' s', 2),
	].map((each) => ({ ...each, measure: `${ON_TIME.name}: ${each.measure}` }));
}

function lostRows(lost: Run, off: Run): Row[] {
	const { median } = sampleOf(lost.delays);
	return [
		row(`all ended after the last task`, lost.secondsBeyond, ' s', round(off.secondsBeyond)),
		row('checks per task', lost.lookupsPerTask, '', round(1.2 * off.lookupsPerTask)),
		{ measure: "from a task's end to the next node's request, median", ours: `${round(median)} s` },
	].map((each) => ({ ...each, measure: `${LOST.name}: ${each.measure}` }));
}

function reportRows({ name }: Way, { secondsBeyond, delays, lookupsPerTask }: Run): Row[] {
	return [
		{
			measure: `${name}: all ended after the last task`,
			ours: `${round(secondsBeyond)} s, ${round(lookupsPerTask)} checks per task`,
			result: `median delay ${round(sampleOf(delays).median)} s`,
		},
	];
}

function row(measure: string, value: number, unit: string, limit: number): Row {
	return {
		measure,
		ours: `${round(value)}${unit}`,
		result: `${round(value)}${unit}`,
		target: atMost(round(value), limit, unit),
	};
}

function round(value: number): number {
	return Math.round(value * 100) / 100;
}
