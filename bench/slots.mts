import type { ExecutionStatus } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { inParallel } from '../test/in-parallel.mjs';
import type { N8nClient } from '../test/n8n-harness/client.mjs';
import type { Workflow } from '../test/n8n-harness/workflows.mjs';
import type { TaskScript } from '../test/simulator/task-script.mjs';
import { atMost, type Benchmark, type Row } from './benchmark.mjs';
import { startProbes, type Probes } from './probes.mjs';
import { saveSlotsPicture, type SlotSample } from './slots-picture.mjs';
import { createTasks, MAX_EXECUTIONS, type TestBed } from './test-bed.mjs';
import { callWebhook } from './webhook.mjs';
import { oneTask, stockLoop } from './workflows.mjs';

const TASK_SECONDS = 120;
const PARKED = 500;
/** Executions that hold a slot. Two rounds of them are enough to tell how long 500 would take. */
const HELD = 2 * MAX_EXECUTIONS;
const MAX_SECONDS = 240;
const MAX_RESPONSE_SECONDS = 2;
/** Webhook calls in flight at the same time. */
const CALLERS = 20;
const SAMPLE_MS = 1_000;

/** A way of waiting, with a workflow that receives a task ID by webhook. */
interface Way {
	readonly name: string;
	readonly executions: number;
	build(path: string, bed: TestBed): Workflow;
}

interface Run {
	/** From the first call to the last success, in seconds. */
	readonly seconds: number;
	readonly probes: Probes;
	readonly samples: readonly SlotSample[];
}

const WAYS: readonly Way[] = [
	{ name: 'parked', executions: PARKED, build: oneTask('park') },
	{ name: 'keep running', executions: HELD, build: oneTask('keepRunning') },
	{ name: 'loops of stock nodes', executions: HELD, build: stockLoop },
];

/** The time of each task starts with its first lookup, as if the workflow had just created it. */
const SCRIPT: Partial<TaskScript> = { durationSeconds: TASK_SECONDS, countedFrom: 'firstLookup' };

export const slots: Benchmark = {
	name: 'slots',
	title: `Production executions started at once, each with a task of ${TASK_SECONDS / 60} minutes, n8n limited to ${MAX_EXECUTIONS} at a time`,
	async run(bed) {
		const runs: Array<Way & Run> = [];
		for (const way of WAYS) runs.push({ ...way, ...(await runWay(bed, way)) });
		await saveSlotsPicture(runs);
		return runs.flatMap(rowsOf);
	},
};

async function runWay(bed: TestBed, { name, executions, build }: Way): Promise<Run> {
	const { client, simulator } = bed;
	const path = randomUUID();
	const workflow = await client.createWorkflow(build(path, bed));
	await client.activateWorkflow(workflow);
	const stopProbes = await startProbes(client);
	const tasks = createTasks(`${name}-${path}`, executions, () => SCRIPT);
	await simulator.addTasks(tasks);
	const startedAt = performance.now();
	const [, samples] = await Promise.all([
		inParallel(tasks, CALLERS, async ({ taskId }) => {
			await callWebhook(client, path, { taskId });
		}),
		sampleUntilDone(client, workflow.id, executions, startedAt),
	]);
	const seconds = (performance.now() - startedAt) / 1000;
	const probes = await stopProbes();
	await client.deactivateWorkflow(workflow.id);
	return { seconds, probes, samples };
}

/** Counts once a second how many executions hold a slot, until all have succeeded. */
async function sampleUntilDone(
	client: N8nClient,
	workflowId: string,
	executions: number,
	startedAt: number,
): Promise<SlotSample[]> {
	const samples: SlotSample[] = [];
	const count = async (...status: ExecutionStatus[]) =>
		await client.countExecutions({ workflowId, status });
	for (;;) {
		const at = (performance.now() - startedAt) / 1000;
		samples.push({ at, held: await count('running') });
		if ((await count('success')) === executions) return samples;
		const failed = await count('error', 'crashed', 'canceled');
		if (failed > 0) throw new Error(`${failed} executions did not succeed`);
		await sleep(SAMPLE_MS);
	}
}

function rowsOf({ name, executions, seconds, probes: { responded, ran } }: Way & Run): Row[] {
	const isParked = executions === PARKED;
	const minutes = (seconds * PARKED) / executions / 60;
	const time = `${seconds.toFixed(0)} s`;
	return [
		{
			measure: `${executions} executions, ${name}`,
			ours: time,
			result: isParked ? time : `${PARKED} would take ${minutes.toFixed(0)} min`,
			...(isParked && { target: atMost(seconds, MAX_SECONDS, ' s') }),
		},
		{
			measure: '  response time of another webhook, called each second',
			ours: `at most ${responded.max.toFixed(2)} s`,
			result: `${responded.max.toFixed(2)} s`,
			...(isParked && { target: atMost(responded.max, MAX_RESPONSE_SECONDS, ' s') }),
		},
		{
			// n8n starts executions in the order of their arrival
			measure: '  until its workflow has run, after all executions that arrived before it',
			ours: `median ${ran.median.toFixed(2)} s`,
			result: `at most ${ran.max.toFixed(1)} s`,
		},
	];
}
