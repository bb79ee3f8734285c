import type { ExecutionStatus } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { N8nClient, SavedWorkflow } from '../test/n8n-harness/client.mjs';
import type { Workflow } from '../test/n8n-harness/workflows.mjs';
import type { TaskScript } from '../test/simulator/task-script.mjs';
import type { Benchmark, Row } from './benchmark.mjs';
import { keepSlots, type SlotSample } from './slots-picture.mjs';
import { EXECUTIONS_AT_ONCE, type Lab } from './test-bed.mjs';
import { oneTask } from './one-task.mjs';
import { Prober, type Probes } from './prober.mjs';
import { stockLoop } from './stock-loop.mjs';

const TASK_SECONDS = 120;
const PARKED = 500;
/** Those who hold a slot: two rounds of them, which is enough to tell how long 500 would take. */
const HELD = 2 * EXECUTIONS_AT_ONCE;
const TARGET_SECONDS = 240;
const TARGET_ANSWER_SECONDS = 2;
/** Webhook calls under way at once. */
const CALLERS = 20;
const SAMPLE_MS = 1_000;

/** One way of waiting, with a workflow that gets a task ID by webhook. */
interface Way {
	readonly name: string;
	readonly executions: number;
	build(path: string, lab: Lab): Workflow;
}

interface Run {
	/** From the first call to the last success, in seconds. */
	readonly seconds: number;
	readonly probes: Probes;
	readonly slots: readonly SlotSample[];
}

function ours(whileWaiting: 'park' | 'keepRunning'): Way['build'] {
	return (path, { credential }) => oneTask(whileWaiting, path, credential);
}

const WAYS: readonly Way[] = [
	{ name: 'park', executions: PARKED, build: ours('park') },
	{ name: 'keepRunning', executions: HELD, build: ours('keepRunning') },
	{ name: 'stock nodes in a loop', executions: HELD, build: stockLoop },
];

export const slots: Benchmark = {
	name: 'slots',
	title: `Production executions started at once, each with a task of ${TASK_SECONDS / 60} minutes, n8n limited to ${EXECUTIONS_AT_ONCE} at a time`,
	async run(lab) {
		const runs: Array<readonly [Way, Run]> = [];
		for (const way of WAYS) runs.push([way, await runWay(lab, way)]);
		await keepSlots(
			runs.map(([{ name, executions }, { slots: samples }]) => ({ name, executions, samples })),
		);
		return runs.flatMap(([way, run]) => rowsOf(way, run));
	},
};

async function runWay(lab: Lab, way: Way): Promise<Run> {
	const { client, simulator } = lab;
	const path = randomUUID();
	const workflow = await client.createWorkflow(way.build(path, lab));
	await client.activateWorkflow(workflow);
	const prober = await Prober.start(client);
	const taskIds = Array.from({ length: way.executions }, (_, n) => `${way.name}-${path}-${n}`);
	await simulator.addTasks(taskIds.map(createdByItsWorkflow));
	const startedAt = performance.now();
	const [, samples] = await Promise.all([
		callAll(client, path, taskIds),
		sampleUntilDone(client, workflow, way.executions, startedAt),
	]);
	const seconds = (performance.now() - startedAt) / 1000;
	const probes = await prober.stop();
	await client.deactivateWorkflow(workflow.id);
	return { seconds, probes, slots: samples };
}

/** Its time begins with the first lookup, as if the workflow had created it just before. */
function createdByItsWorkflow(taskId: string): TaskScript {
	return { taskId, durationSeconds: TASK_SECONDS, countedFrom: 'firstLookup' };
}

async function callAll(client: N8nClient, path: string, taskIds: readonly string[]): Promise<void> {
	const left = [...taskIds];
	const caller = async () => {
		for (let taskId = left.pop(); taskId !== undefined; taskId = left.pop()) {
			const { status } = await client.callWebhook(path, { taskId });
			if (status !== 200) throw new Error(`The webhook answered HTTP ${status}`);
		}
	};
	await Promise.all(Array.from({ length: CALLERS }, caller));
}

/** How many executions hold a slot, once a second, until all have succeeded. */
async function sampleUntilDone(
	client: N8nClient,
	{ id: workflowId }: SavedWorkflow,
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
		const lost = await count('error', 'crashed', 'canceled');
		if (lost > 0) throw new Error(`${lost} executions did not succeed`);
		await sleep(SAMPLE_MS);
	}
}

function rowsOf({ name, executions }: Way, { seconds, probes: { answered, ran } }: Run): Row[] {
	const isParked = executions === PARKED;
	const scaled = (seconds * PARKED) / executions;
	return [
		{
			measure: `${executions} executions, ${name}`,
			ours: `${seconds.toFixed(0)} s`,
			result: isParked
				? `${seconds.toFixed(0)} s`
				: `${PARKED} would take ${(scaled / 60).toFixed(0)} min`,
			target: isParked ? `≤ ${TARGET_SECONDS} s` : null,
			met: !isParked || seconds <= TARGET_SECONDS,
		},
		{
			measure: `  meanwhile each second the webhook of another workflow: answered`,
			ours: `${answered.most.toFixed(2)} s at the most`,
			result: `${answered.most.toFixed(2)} s`,
			target: isParked ? `≤ ${TARGET_ANSWER_SECONDS} s` : null,
			met: !isParked || answered.most <= TARGET_ANSWER_SECONDS,
		},
		{
			// n8n starts executions in the order in which they came, so it stands behind all that came before
			measure: `  and run, behind those that came before it`,
			ours: `${ran.median.toFixed(2)} s in the middle`,
			result: `${ran.most.toFixed(1)} s at the most`,
			target: null,
			met: true,
		},
	];
}
