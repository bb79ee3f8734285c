import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { postItems } from '../n8n-harness/core-nodes.mjs';
import { createdWithoutResponse } from '../simulator/creation-plan.mjs';
import { parked } from '../e2e/support/parking.mjs';
import { resultOf, type TestBed } from '../e2e/support/test-bed.mjs';
import { TriggeredWorkflow } from '../e2e/support/trigger.mjs';
import type { FormerBuild } from './former-builds.mjs';
import type { TestedRelease } from './releases.mjs';

/** Long after n8n was restarted with the present build. */
const LATER_S = 180;

const TIMEOUT_MS = 300_000;

/** What a build has left in n8n: an active workflow or a parked execution. */
export interface LeftBehind {
	readonly name: string;
	/** The ID of a parked execution. */
	readonly parkedId?: string;
	/** Has the present build continue it. Resolves with the items. */
	finish(): Promise<IDataObject[]>;
	readonly expected: readonly unknown[];
}

/** Leaves everything that the build and this n8n are able to. */
export async function leaveBehind(
	bed: TestBed,
	{ commit, creates }: FormerBuild,
	{ parks, wakes }: TestedRelease,
): Promise<LeftBehind[]> {
	return await Promise.all([
		leaveWorkflow(bed, `workflow of ${commit}`),
		...(creates ? [leaveTrigger(bed, `trigger of ${commit}`)] : []),
		...(parks ? [leaveWait(bed, `wait of ${commit}`)] : []),
		...(parks && creates ? [leaveCreation(bed, `creation of ${commit}`)] : []),
		...(wakes && creates ? [leaveUncertainCreation(bed, `uncertain creation of ${commit}`)] : []),
	]);
}

/** A workflow that is called after the upgrade. */
async function leaveWorkflow(bed: TestBed, name: string): Promise<LeftBehind> {
	bed.simulator.addTask({ taskId: name });
	const parameters = { taskId: '={{ $json.body.taskId }}', operation: 'getStatus' };
	const workflow = await bed.activate((webhook) =>
		webhook.then(bed.node({ parameters })).then(postItems(bed.sink.url)),
	);
	const finish = async () => {
		await workflow.call({ taskId: name });
		return await bed.sink.waitForTasks([name]);
	};
	return { name, finish, expected: [succeeded(name)] };
}

/** A workflow that a callback starts after the upgrade. */
async function leaveTrigger(bed: TestBed, name: string): Promise<LeftBehind> {
	bed.simulator.addTask({ taskId: name });
	const workflow = await TriggeredWorkflow.activate(bed);
	const finish = async () => {
		await workflow.post(name);
		return await bed.sink.waitForTasks([name]);
	};
	return { name, finish, expected: [succeeded(name)] };
}

/** Throws if a former build has resumed an execution, so that there would be nothing to test. */
export async function checkParked({ client }: TestBed, left: readonly LeftBehind[]): Promise<void> {
	const ids = left.flatMap(({ parkedId }) => parkedId ?? []);
	const executions = await Promise.all(ids.map(async (id) => await client.getExecution(id)));
	expect(executions.map(({ status }) => status)).toEqual(ids.map(() => 'waiting'));
}

/** An execution that waits for a task, and already has the result of another one. */
async function leaveWait(bed: TestBed, name: string): Promise<LeftBehind> {
	const [ended, pending] = [`ended, ${name}`, `pending, ${name}`];
	bed.simulator.addTasks([{ taskId: ended }, { taskId: pending, durationLookups: 1 }]);
	const interval = { interval: LATER_S, maxInterval: LATER_S };
	const id = await park(bed, [{ taskId: ended }, { taskId: pending }], parked(interval));
	return {
		name,
		parkedId: id,
		finish: async () => await itemsOf(bed, id),
		expected: [succeeded(ended, 1), succeeded(pending, 2)],
	};
}

/** An execution that waits for a task that it has created. */
async function leaveCreation(bed: TestBed, name: string): Promise<LeftBehind> {
	const id = await park(bed, [{ prompt: name }], creation({ initialDelay: LATER_S }));
	const [taskId = ''] = bed.simulator.createdTasks(name);
	return {
		name,
		parkedId: id,
		finish: async () => await itemsOf(bed, id),
		expected: [succeeded(taskId, 1)],
	};
}

/** An execution that has created a task without learning its ID. The callback names it after the upgrade. */
async function leaveUncertainCreation(bed: TestBed, name: string): Promise<LeftBehind> {
	bed.simulator.planCreations(name, [createdWithoutResponse()]);
	const polling = { initialDelay: 20 * LATER_S, timeout: 40 * LATER_S };
	const id = await park(bed, [{ prompt: name }], creation(polling));
	const [taskId = ''] = bed.simulator.createdTasks(name);
	const finish = async () => {
		const url = addressNow(bed, name);
		expect(await bed.simulator.postCallback(taskId, { to: { url } })).toBe(200);
		return await itemsOf(bed, id);
	};
	return { name, parkedId: id, finish, expected: [succeeded(taskId, 1)] };
}

/** The address that a creation was sent with, where n8n is now. */
function addressNow({ simulator, n8n }: TestBed, prompt: string): string {
	const [entry] = simulator.ledger({ prompt });
	const { callBackUrl } = entry?.content as { callBackUrl: string };
	const { pathname, search } = new URL(callBackUrl);
	return `${n8n.url}${pathname}${search}`;
}

/** Creates a task, of which no callback comes by itself. */
function creation(polling: INodeParameters): INodeParameters {
	return {
		resource: 'video',
		operation: 'generate',
		prompt: '={{ $json.prompt }}',
		downloadVideos: false,
		whileWaiting: 'park',
		polling,
		options: { requestTimeout: 2 },
	};
}

async function park(
	{ client, workflow }: TestBed,
	items: readonly IDataObject[],
	parameters: INodeParameters,
): Promise<string> {
	const id = await client.start(workflow({ items, parameters }).build());
	await client.waitUntil(id, ({ status }) => status === 'waiting');
	return id;
}

/** The items of an execution that was parked until now. */
async function itemsOf({ client }: TestBed, id: string): Promise<IDataObject[]> {
	const { execution, json } = resultOf(await client.waitForEnd(id, TIMEOUT_MS));
	expect(execution.status).toBe('success');
	return json;
}

function succeeded(taskId: string, lookups?: number): unknown {
	const wait = lookups === undefined ? null : expect.objectContaining({ lookups, timedOut: false });
	return expect.objectContaining({ taskId, status: 'succeeded', wait });
}
