import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { callbackUnverified } from '../errors/callbackProblems';
import { credentialUnavailable, invalidRequest } from '../errors/lookupProblems';
import type { Problem } from '../errors/problem';
import { systemClock } from '../n8n/clock';
import { CREDENTIAL, N8nHttp } from '../n8n/http';
import { structuredItem } from '../output/structuredItem';
import { InvalidParameterError, tryRead } from '../parameters/invalidParameter';
import { parseTaskId } from '../parameters/taskId';
import { parseBaseUrl } from '../veo/api/baseUrl';
import { VeoClient } from '../veo/api/client';
import type { Clock } from '../veo/ports';
import { callbackTaskId } from '../veo/task/callback';
import type { VeoTask } from '../veo/task/task';
import { CallbackResponse } from './callbackResponse';
import { LIMITS, NEVER, stateOf } from './nodeState';
import type { NodeState } from './nodeState';
import { itemOf } from './passOn';
import { readTriggerSettings } from './settings';
import type { TriggerSettings } from './settings';
import { reachVerdict } from './verdict';
import type { Verdict } from './verdict';

/** One call of the webhook. */
interface Callback {
	readonly context: IWebhookFunctions;
	readonly clock: Clock;
	readonly taskId: string;
	readonly state: NodeState;
	readonly settings: TriggerSettings;
	readonly response: CallbackResponse;
}

const REPEATED = 'This task has already started the workflow.';
const UNKNOWN = "Apikley doesn't know this task.";
const UNCHECKED = "The task couldn't be checked yet. Repeat the callback later.";
const GENERATING = 'The task is still generating. It is being looked up again.';

/**
 * Starts the workflow if the task that the request names has ended. The response has a 2xx status only if the callback
 * needn't be repeated: the API has confirmed the task, and the execution is saved or there is nothing to start.
 */
export async function receiveCallback(
	context: IWebhookFunctions,
	clock = systemClock,
): Promise<IWebhookResponseData> {
	const response = new CallbackResponse(context.getResponseObject(), clock);
	try {
		const taskId = tryRead(context, () => parseTaskId(callbackTaskId(context.getBodyData())));
		if (taskId instanceof InvalidParameterError) {
			return response.send(400, 'The request names no task.');
		}
		const state = stateOf(context, clock);
		const settings = readTriggerSettings((name) => context.getNodeParameter(name, undefined));
		return await handle({ context, clock, taskId, state, settings, response });
	} catch (error) {
		// If this method threw, n8n would run the workflow with an empty item
		context.logger.error(
			`The Apikley Veo Trigger failed unexpectedly: ${(error as Error).message}`,
		);
		return response.send(503, UNCHECKED);
	}
}

async function handle(callback: Callback): Promise<IWebhookResponseData> {
	const { taskId, state, response } = callback;
	if (isRepeated(callback)) return response.send(200, REPEATED);
	if (state.lookups.isUnknown(taskId)) return response.send(404, UNKNOWN);
	const lookup = state.lookups.join(taskId, async (onFound) => await lookUp(callback, onFound));
	if (lookup === null) return response.send(503, UNCHECKED);
	let isVerified = false;
	response.sendInTime(() => (lookup.isFound && !isVerified ? [202, GENERATING] : [503, UNCHECKED]));
	const verdict = await lookup.verdict;
	isVerified = true;
	switch (verdict.kind) {
		case 'ended':
			return start(callback, verdict.task);
		case 'unknown':
			return response.send(404, UNKNOWN);
		case 'running':
			return response.send(202, GENERATING);
		case 'unverified':
			return response.send(503, UNCHECKED);
		default:
			return verdict satisfies never;
	}
}

/** In a test in the editor the same task may be used again and again. */
function ignoresRepeats({ context, settings }: Callback): boolean {
	return settings.ignoresRepeats && context.getMode() !== 'manual';
}

function isRepeated(callback: Callback): boolean {
	if (!ignoresRepeats(callback)) return false;
	const { context, state, taskId } = callback;
	const saved = context.getWorkflowStaticData('node').started;
	state.started.merge(saved);
	if (!state.started.has(taskId)) return false;
	// Another process may have saved its own tasks over this one
	if (!(taskId in ((saved as object | undefined) ?? {}))) saveStarted(callback);
	return true;
}

function start(callback: Callback, task: VeoTask): IWebhookResponseData {
	const { clock, taskId, state, settings, response } = callback;
	if (!settings.events.includes(task.status)) {
		return response.send(200, `The workflow isn't started by a task that ${task.status}.`);
	}
	const json = (settings.output === 'raw'
		? task.raw
		: structuredItem(
				{ taskId },
				{
					kind: 'found',
					value: task,
					stats: null,
				},
			)) as unknown as IDataObject;
	if (!ignoresRepeats(callback)) return started(itemOf(json, null));
	if (state.started.has(taskId)) return response.send(200, REPEATED);
	const forgotten = state.started.add(taskId, Math.round(clock.date() / 1000));
	saveWithExecution(callback);
	return started(itemOf(json, { taskId, forgotten }));
}

function saveStarted({ context, state }: Callback): void {
	context.getWorkflowStaticData('node').started = state.started.toSaved() as IDataObject;
}

/**
 * n8n may save the execution first. By then it has made another object of the same data and forgotten that it was changed,
 * so it is changed again.
 */
function saveWithExecution(callback: Callback): void {
	saveStarted(callback);
	void callback.clock.sleep(1, NEVER).then(() => saveStarted(callback));
}

/** n8n saves the execution, then the started tasks, and then responds. */
function started(item: INodeExecutionData): IWebhookResponseData {
	return {
		workflowData: [[item]],
		webhookResponse: { message: 'The task has started the workflow.' },
	};
}

/** Logs why a callback starts nothing, as there is no execution that could show it. */
async function lookUp(callback: Callback, onFound: () => void): Promise<Verdict> {
	const client = await openClient(callback);
	const verdict: Verdict =
		client instanceof VeoClient
			? await reachVerdict(callback.taskId, { ...callback, client, signal: NEVER, onFound })
			: { kind: 'unverified', reason: callbackUnverified(client) };
	if (verdict.kind !== 'ended') callback.context.logger.warn(verdict.reason);
	return verdict;
}

async function openClient({
	context,
	clock,
	taskId,
	state: { limiter, throttle },
}: Callback): Promise<VeoClient | Problem> {
	const credential = await context
		.getCredentials<ICredentialDataDecryptedObject>(CREDENTIAL)
		.catch((error: Error) => error);
	if (credential instanceof Error) return credentialUnavailable(taskId, credential.message);
	const base = parseBaseUrl(credential.baseUrl);
	if (base.kind === 'invalid') return invalidRequest(taskId, base);
	const http = new N8nHttp(context, clock);
	const ports = { http, clock, random: Math.random, limiter, throttle, signal: NEVER };
	return new VeoClient(base.url, LIMITS, ports);
}
