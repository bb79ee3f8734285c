import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { inParallel } from '../test/in-parallel.mjs';
import type { CredentialReference, N8nClient } from '../test/n8n-harness/client.mjs';
import { postItems } from '../test/n8n-harness/core-nodes.mjs';
import { startSandbox, type Sandbox } from '../test/n8n-harness/sandbox.mjs';
import { freePort } from '../test/n8n-harness/system/ports.mjs';
import { shownOnTerminal } from '../test/n8n-harness/system/progress.mjs';
import { WebhookSink } from '../test/n8n-harness/webhook-sink.mjs';
import { apikleyVeoTrigger, WorkflowBuilder } from '../test/n8n-harness/workflows.mjs';
import { isAccepted, postCallback, type CallbackResponse } from '../test/provider-callback.mjs';
import { atMost, type Benchmark, type Row } from './benchmark.mjs';
import { count, waitUntil } from './executions.mjs';
import { postUntilAccepted } from './provider.mjs';
import { quantile, sampleOf } from './sample.mjs';
import { createTasks, MAX_EXECUTIONS, type TestBed } from './test-bed.mjs';

const TASKS = Number(process.env.BENCH_TRIGGER_TASKS ?? 300);
/** Each task is named by three callbacks. */
const REAL = 3 * TASKS;
const FORGED = TASKS / 3;
const BURST_S = 10;
const RESTART_AFTER_S = 5;
/** n8n's own default. */
const N8N_SHUTDOWN_S = 30;

/** The task of each callback. Those for the same task come a third of the burst apart. */
const CALLBACKS = Array.from({ length: REAL }, (_, n) => `task-${n % TASKS}`).flatMap(
	(taskId, n) => ((n + 1) % (REAL / FORGED) === 0 ? [taskId, `forged-${n}`] : [taskId]),
);

const CALLS = 100;
const CALLERS = 2;

const SLOW_CALLS = 60;
const SLOW_EVERY_MS = 250;
const SLOW_LOOKUP_MS = 3_000;
const MAX_RESPONSE_S = 1;

export const trigger: Benchmark = {
	name: 'trigger',
	title: `The trigger: ${CALLBACKS.length} callbacks for ${TASKS} tasks in ${BURST_S} s, ${FORGED} of them forged`,
	run: async (bed) => [
		...(await burst(bed, 'n8n as it is', {})),
		...(await burst(bed, `n8n with ${Object.keys(LAZY).join()}`, LAZY)),
		...(await costs(bed)),
		await slowLookups(bed),
	],
};

/** n8n then starts no JavaScript engine for a call that evaluates no expression. */
const LAZY = { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' };

/** n8n is restarted in the middle, so this benchmark has one of its own. */
async function burst(
	{ simulator }: TestBed,
	measure: string,
	settings: Readonly<Record<string, string>>,
): Promise<Row[]> {
	return await shownOnTerminal(`A burst of callbacks, ${measure}`, async () => {
		await simulator.reset();
		await simulator.addTasks(createTasks('task', TASKS));
		const port = await freePort();
		const env = { N8N_CONCURRENCY_PRODUCTION_LIMIT: String(MAX_EXECUTIONS), ...settings };
		let sandbox = await startSandbox({ port, env, shutdownSeconds: N8N_SHUTDOWN_S });
		const sink = await WebhookSink.open();
		try {
			const { apiKey, baseUrl } = simulator;
			const credential = await sandbox.client.createCredential('apikleyApi', { apiKey, baseUrl });
			const { id, path } = await activate(sandbox.client, credential, sink.url);
			const url = `${sandbox.n8n.url}/webhook/${path}`;
			const startedAt = performance.now();
			const restart = sleep(RESTART_AFTER_S * 1_000).then(async () => {
				sandbox = await sandbox.restart('stop');
			});
			const responses = await Promise.all(
				CALLBACKS.map(async (taskId, n) => {
					await sleep((n * BURST_S * 1_000) / CALLBACKS.length);
					return await post(url, taskId);
				}),
			);
			await restart;
			await waitUntil(async () => (await countUnfinished(sandbox, id)) === 0);
			const retried = await retryMissing(sandbox, id, tasksIn(sink));
			await waitUntil(async () => (await countUnfinished(sandbox, id)) === 0);
			const seconds = (performance.now() - startedAt) / 1000;
			const { perTask } = await simulator.summary();
			return burstRows(measure, {
				responses,
				seconds,
				executions: await count(sandbox, id),
				retried,
				received: tasksIn(sink),
				lookupsOfForged: CALLBACKS.filter(isForged).map((taskId) => perTask[taskId] ?? 0),
			});
		} finally {
			await sandbox.close();
			await sink.close();
		}
	});
}

interface Burst {
	/** Those to each callback and its repetitions. */
	readonly responses: ReadonlyArray<readonly CallbackResponse[]>;
	readonly seconds: number;
	readonly executions: number;
	/** Those that crashed when n8n was stopped, before they had passed their item on. */
	readonly retried: number;
	/** The task of each item that was passed on. */
	readonly received: readonly string[];
	readonly lookupsOfForged: readonly number[];
}

function burstRows(measure: string, result: Burst): Row[] {
	const { responses, executions, retried, received } = result;
	const tasks = new Set(received).size;
	const isRight = received.length === TASKS && tasks === TASKS;
	const checks = sampleOf(result.lookupsOfForged).max;
	const calls = responses.flat();
	const responded = calls.filter(({ status }) => status !== null).map(secondsOf);
	const refused = responses.filter(
		(each, n) => !isForged(CALLBACKS[n] ?? '') && !isAccepted(each.at(-1)),
	);
	return [
		{
			measure: `${measure}: n8n restarted after ${RESTART_AFTER_S} s, ${MAX_EXECUTIONS} slots for executions`,
			ours: `${received.length} items for ${tasks} tasks, ${retried} with Retry`,
			result: `all ended after ${result.seconds.toFixed(0)} s`,
			target: { text: `${TASKS} tasks, each once`, isMet: isRight },
		},
		{
			measure: '  executions, without Retry',
			ours: `${executions - retried}`,
			target: { text: `${TASKS}`, isMet: executions - retried === TASKS },
		},
		{
			measure: '  calls with the repetitions of what was not accepted',
			ours: `${calls.length} calls, ${calls.length - responded.length} without a response`,
			// Their tasks have started the workflow all the same, unless the row above says otherwise
			result: `${refused.length} callbacks given up`,
		},
		{
			measure: '  checks of each forged task',
			ours: `at most ${checks}`,
			result: String(checks),
			target: atMost(checks, 1),
		},
		{
			measure: '  response time of the calls that got a response, 95 % and worst',
			ours: `${quantile(responded, 0.95).toFixed(1)} s, ${sampleOf(responded).max.toFixed(1)} s`,
		},
	];
}

/** What n8n itself needs for a call, and what the trigger adds. */
async function costs(bed: TestBed): Promise<Row[]> {
	return await shownOnTerminal('The cost of a callback', async () => {
		await bed.simulate(createTasks('task', CALLS));
		const sink = await WebhookSink.open();
		const { id, url } = await activateAt(bed, sink.url);
		const row = async (measure: string, prefix: string): Promise<Row> => {
			const before = await bed.meter.read();
			const calls = Array.from({ length: CALLS }, (_, n) => prefix && `${prefix}-${n}`);
			await inParallel(calls, CALLERS, async (taskId) => await postCallback(url, taskId));
			await waitUntil(async () => (await countUnfinished(bed, id)) === 0);
			const { cpuSeconds } = await bed.meter.read();
			const ms = ((cpuSeconds - before.cpuSeconds) * 1000) / CALLS;
			return { measure, ours: `${ms.toFixed(0)} ms` };
		};
		await row('to warm up', '');
		const rows = [
			await row("CPU time of n8n for a call that names no task (n8n's own share)", ''),
			await row('CPU time of n8n for a forged call, with its check', 'forged'),
			await row('CPU time of n8n for a callback with its check and its execution', 'task'),
			await row('CPU time of n8n for a repeated callback', 'task'),
		];
		await bed.client.deactivateWorkflow(id);
		await sink.close();
		return rows;
	});
}

/** The caller gets a response before the lookup does. */
async function slowLookups(bed: TestBed): Promise<Row> {
	return await shownOnTerminal('Callbacks while the API is slow', async () => {
		await bed.simulate(createTasks('slow', SLOW_CALLS), { responseDelayMs: SLOW_LOOKUP_MS });
		const sink = await WebhookSink.open();
		const { id, url } = await activateAt(bed, sink.url);
		const responses = await Promise.all(
			Array.from({ length: SLOW_CALLS }, async (_, n) => {
				await sleep(n * SLOW_EVERY_MS);
				return await postCallback(url, `slow-${n}`);
			}),
		);
		await sink.waitForCount(SLOW_CALLS);
		await bed.client.deactivateWorkflow(id);
		await sink.close();
		const times = responses.map(secondsOf);
		const p95 = quantile(times, 0.95);
		const { max } = sampleOf(times);
		return {
			measure: `response time while a check takes ${SLOW_LOOKUP_MS / 1000} s, a call each ${SLOW_EVERY_MS} ms, 95 % and worst`,
			ours: `${p95.toFixed(2)} s, ${max.toFixed(2)} s`,
			result: `${p95.toFixed(2)} s`,
			target: atMost(p95, MAX_RESPONSE_S, ' s'),
		};
	});
}

function isForged(taskId: string): boolean {
	return taskId.startsWith('forged');
}

function tasksIn({ received }: WebhookSink): string[] {
	return received.map(({ taskId }) => String(taskId));
}

/**
 * n8n shows an execution as crashed if it was still running when n8n's process ended. Its item may have been passed on by
 * then, so only those are retried whose task is missing.
 */
async function retryMissing(
	{ client }: Pick<Sandbox, 'client'>,
	workflowId: string,
	received: readonly string[],
): Promise<number> {
	const interrupted = await client.listAllExecutions({ workflowId, status: ['crashed', 'error'] });
	let retried = 0;
	for (const { id } of interrupted) {
		const { stored } = await client.getExecution(id);
		if (received.includes(/task-\d+/.exec(stored)?.[0] ?? '')) continue;
		await client.startRetry(id);
		retried += 1;
	}
	return retried;
}

/** A stranger doesn't repeat a call. */
async function post(url: string, taskId: string): Promise<readonly CallbackResponse[]> {
	return isForged(taskId)
		? [await postCallback(url, taskId)]
		: await postUntilAccepted(url, taskId);
}

async function activateAt({ client, credential, url }: TestBed, sinkUrl: string) {
	const { id, path } = await activate(client, credential, sinkUrl);
	return { id, url: `${url}/webhook/${path}` };
}

/** An active workflow that posts what its trigger outputs. */
async function activate(client: N8nClient, credential: CredentialReference, sinkUrl: string) {
	const webhookId = randomUUID();
	const workflow = new WorkflowBuilder('Bench: trigger', { executionOrder: 'v1' })
		.then(apikleyVeoTrigger(webhookId, credential))
		.then(postItems(sinkUrl));
	const saved = await client.createWorkflow(workflow.build());
	await client.activateWorkflow(saved);
	return { id: saved.id, path: `${webhookId}/apikley-veo` };
}

async function countUnfinished(bed: Pick<Sandbox, 'client'>, workflowId: string): Promise<number> {
	return await count(bed, workflowId, 'new', 'running', 'waiting');
}

function secondsOf({ milliseconds }: CallbackResponse): number {
	return milliseconds / 1000;
}
