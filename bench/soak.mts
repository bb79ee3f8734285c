import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { inParallel } from '../test/in-parallel.mjs';
import { WebhookSink } from '../test/n8n-harness/webhook-sink.mjs';
import type { LoggedRequest } from '../test/simulator/request-log.mjs';
import { atMost, type Benchmark, type Row } from './benchmark.mjs';
import { createTasks, SUCCESS_NOT_SAVED, type TestBed } from './test-bed.mjs';
import { callWebhook } from './webhook.mjs';
import { oneVideo } from './workflows.mjs';

const MINUTES = Number(process.env.BENCH_SOAK_MINUTES ?? 30);
const WARM_UP_MINUTES = 5;
/** n8n's own memory also grows over time, e.g. by the workflows it has loaded. */
const MAX_GROWTH_MIB = 10;

/**
 * One execution that keeps running starts each minute, with 1,000 tasks in all at any time. About two run at once, so that
 * slots are free for the executions that are parked.
 */
const TASKS_PER_EXECUTION = 520;
const MIN_DURATION_S = 60;
const MAX_DURATION_S = 170;
/** Executions that create a task, are parked, and are woken by its callback. */
const CREATING_PER_MINUTE = 36;
const CREATING = CREATING_PER_MINUTE * MINUTES;
const CALLERS = 4;

const WAIT = { operation: 'waitUntilComplete', polling: { interval: 10, timeout: 3_600 } };

/** Looks for leaks: of memory, or of listeners (Node warns about those). */
export const soak: Benchmark = {
	name: 'soak',
	title: `${MINUTES} minutes of executions that wait for 1000 tasks at any time, and of ${CREATING} that create one and are parked`,
	async run(bed) {
		const sink = await WebhookSink.open();
		try {
			return await measure(bed, sink);
		} finally {
			await sink.close();
		}
	},
};

async function measure(bed: TestBed, sink: WebhookSink): Promise<Row[]> {
	await bed.simulate([], { callbacks: [{}] });
	const waits = await serveWaits(bed);
	const create = await serveCreations(bed, sink.url);
	const readings: number[] = [];
	for (let minute = 0; minute < MINUTES; minute++) {
		const next = sleep(60_000);
		await waits.start(`soak-${minute}`);
		await create(CREATING_PER_MINUTE);
		await next;
		readings.push((await bed.meter.readCollected()).heapMiB);
	}
	await sink.waitForCount(CREATING);
	const waited = await waits.finish();
	return [
		memoryRow(readings, (await bed.simulator.summary()).requests),
		waited,
		await createdRow(bed, sink),
		warningsRow(bed.logs()),
	];
}

/**
 * Starts executions that keep running. n8n saves nothing of those that succeed, so their webhooks respond at the end, and
 * only with HTTP 200 if they have succeeded.
 */
async function serveWaits(bed: TestBed) {
	const { call } = await bed.serve(bed.veoNode(WAIT), SUCCESS_NOT_SAVED, 'lastNode');
	const successes: Array<Promise<boolean>> = [];
	const ends = new Map<string | null, number>();
	const start = async (prefix: string) => {
		const startedAt = Date.now();
		const tasks = createTasks(prefix, TASKS_PER_EXECUTION, (n) => ({
			durationSeconds: durationOf(n, TASKS_PER_EXECUTION),
		}));
		for (const { taskId, durationSeconds = 0 } of tasks) {
			ends.set(taskId, startedAt + durationSeconds * 1000);
		}
		await bed.simulator.addTasks(tasks);
		const succeeded = call(tasks).then(
			() => true,
			() => false,
		);
		successes.push(succeeded);
	};
	const finish = async () => {
		const succeeded = (await Promise.all(successes)).filter(Boolean).length;
		return waitedRow(succeeded, ends, await bed.simulator.requests());
	};
	return { start, finish };
}

/** Returns a function that starts some executions, and resolves when n8n has accepted them. */
async function serveCreations(
	bed: TestBed,
	sinkUrl: string,
): Promise<(count: number) => Promise<void>> {
	await bed.simulator.planTasks(
		'*',
		Array.from({ length: CREATING }, (_, n) => ({
			durationSeconds: durationOf(n % CREATING_PER_MINUTE, CREATING_PER_MINUTE),
		})),
	);
	const path = randomUUID();
	const workflow = oneVideo(sinkUrl, { timeout: 3_600 })(path, bed);
	await bed.client.activateWorkflow(await bed.client.createWorkflow(workflow));
	return async (count) => {
		const prompts = Array.from({ length: count }, () => 'A dog');
		await inParallel(prompts, CALLERS, async (prompt) => {
			await callWebhook(bed.client, path, { prompt });
		});
	};
}

function durationOf(n: number, count: number): number {
	return MIN_DURATION_S + ((MAX_DURATION_S - MIN_DURATION_S) * n) / count;
}

function memoryRow(readings: readonly number[], requests: number): Row {
	const warm = readings.slice(WARM_UP_MINUTES);
	const growth = slopeOf(warm) * warm.length;
	return {
		measure: `Memory that n8n holds, from minute ${WARM_UP_MINUTES} to ${MINUTES}`,
		ours: `${requests} checks, ${Math.min(...warm).toFixed(0)} to ${Math.max(...warm).toFixed(0)} MiB`,
		result: `trend ${growth.toFixed(1)} MiB`,
		target: atMost(growth, MAX_GROWTH_MIB, ' MiB'),
	};
}

/** `ends`: when each of their tasks ends, in milliseconds since 1970. */
function waitedRow(
	succeeded: number,
	ends: ReadonlyMap<string | null, number>,
	requests: readonly LoggedRequest[],
): Row {
	const last = requests.filter(({ taskId, startedAt }) => startedAt >= (ends.get(taskId) ?? NaN));
	const checked = new Set(last.map(({ taskId }) => taskId)).size;
	return {
		measure: `Executions that waited for ${TASKS_PER_EXECUTION} tasks each`,
		ours: `${succeeded} of ${MINUTES} succeeded`,
		result: `${checked} of ${ends.size} tasks checked until their end`,
		target: {
			text: `${MINUTES} of ${MINUTES}, all tasks`,
			isMet: succeeded === MINUTES && checked === ends.size,
		},
	};
}

async function createdRow({ simulator }: TestBed, { received }: WebhookSink): Promise<Row> {
	const created = await simulator.ledger({ kind: 'generate', accepted: true });
	const { perTask } = await simulator.summary();
	const checks = created.reduce((sum, { taskId }) => sum + (perTask[String(taskId)] ?? 0), 0);
	const delivered = new Set(received.map(({ taskId }) => String(taskId)));
	const isRight = [created.length, received.length, delivered.size].every((n) => n === CREATING);
	return {
		measure: 'Tasks that were created, and whose items came out after a callback',
		ours: `${created.length} created, ${received.length} items`,
		result: `${(checks / created.length).toFixed(2)} checks per task`,
		target: { text: `${CREATING}, each once`, isMet: isRight },
	};
}

function warningsRow(logs: string): Row {
	const warnings = logs.match(/MaxListenersExceededWarning/g)?.length ?? 0;
	return {
		measure: 'Warnings about too many listeners',
		ours: String(warnings),
		result: String(warnings),
		target: { text: '0', isMet: warnings === 0 },
	};
}

/** The slope of the regression line: the average growth from one value to the next. */
function slopeOf(values: readonly number[]): number {
	const middle = (values.length - 1) / 2;
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	const covariance = values.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0);
	const variance = values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
	return covariance / variance;
}
