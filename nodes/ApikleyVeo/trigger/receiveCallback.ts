import type {
	IDataObject,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { callbackMisconfigured, callbacksTurnedAway } from '../errors/callbackProblems';
import type { TurnedAway } from '../errors/callbackProblems';
import { systemClock } from '../n8n/clock';
import { newToken } from '../n8n/token';
import { rawItem } from '../output/rawItem';
import { structuredItem } from '../output/structuredItem';
import { InvalidParameterError, tryRead } from '../parameters/invalidParameter';
import { parseTaskId } from '../parameters/taskId';
import type { Clock } from '../veo/ports';
import { callbackTaskId } from '../veo/task/callback';
import type { VeoTask } from '../veo/task/task';
import { CallbackResponse, NOTHING_STARTED } from './callbackResponse';
import { lookUp } from './lookUp';
import { stateOf } from './nodeState';
import type { NodeState } from './nodeState';
import { itemOf } from './passOn';
import { readTriggerSettings } from './settings';
import type { TriggerSettings } from './settings';
import type { Verdict } from './verdict';

/** One call of the webhook. */
interface WebhookCall {
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
const NOT_FINAL = "The task isn't final yet. Repeat the callback later.";
const NOT_STARTED_YET = "The workflow hasn't started yet. Repeat the callback later.";
const MISCONFIGURED = 'The trigger is not set up correctly. Repeat the callback later.';

/**
 * Starts the workflow if the task that the request names is final. The response has a 2xx status only if the callback
 * needn't be repeated: the API has confirmed the task, and the execution is saved or there is nothing to start.
 */
export async function receiveCallback(
	context: IWebhookFunctions,
	clock = systemClock,
): Promise<IWebhookResponseData> {
	const response = new CallbackResponse(context.getResponseObject(), clock);
	try {
		return await handleCall(context, clock, response);
	} catch (error) {
		// If this method threw, n8n would run the workflow with an empty item
		response.send(503, UNCHECKED);
		const message = `The Apikley Veo Trigger failed unexpectedly: ${(error as Error).message}`;
		await stateOf(context, clock).log.write(context, 'error', message);
		return NOTHING_STARTED;
	}
}

async function handleCall(
	context: IWebhookFunctions,
	clock: Clock,
	response: CallbackResponse,
): Promise<IWebhookResponseData> {
	const taskId = tryRead(context, () => parseTaskId(callbackTaskId(context.getBodyData())));
	if (taskId instanceof InvalidParameterError) {
		return response.send(400, 'The request names no task.');
	}
	const state = stateOf(context, clock);
	const settings = readSettings(context);
	if (settings instanceof InvalidParameterError) {
		response.send(503, MISCONFIGURED);
		await state.log.writeRarely(context, 'error', callbackMisconfigured(settings));
		return NOTHING_STARTED;
	}
	return await receive({ context, clock, taskId, state, settings, response });
}

function readSettings(context: IWebhookFunctions): TriggerSettings | InvalidParameterError {
	const read = (name: string) =>
		context.getNodeParameter(name, undefined, { rawExpressions: true });
	return tryRead(context, () => readTriggerSettings(read));
}

async function receive(call: WebhookCall): Promise<IWebhookResponseData> {
	const { context, clock, taskId, state, response } = call;
	if (isRepeated(call)) return response.send(200, REPEATED);
	if (state.lookups.isUnknown(taskId)) return response.send(404, UNKNOWN);
	let isOwn = false;
	const lookup = state.lookups.join(taskId, async (traffic, onFound) => {
		isOwn = true;
		return await lookUp(context, clock, taskId, state, traffic, onFound);
	});
	if (typeof lookup === 'string') return await turnAway(call, lookup);
	let hasVerdict = false;
	const responded = response.askForRepeatInTime(() => {
		if (hasVerdict) return NOT_STARTED_YET;
		return lookup.isFound ? NOT_FINAL : UNCHECKED;
	});
	// Only the first of several calls for a task starts the workflow. The others don't wait for longer than their callers.
	const isRepeat = !isOwn && ignoresRepeats(call);
	const verdict = await (isRepeat ? Promise.race([lookup.verdict, responded]) : lookup.verdict);
	hasVerdict = true;
	return verdict === 'responded' ? NOTHING_STARTED : act(call, verdict);
}

async function turnAway(
	{ context, state, response }: WebhookCall,
	reason: TurnedAway,
): Promise<IWebhookResponseData> {
	response.send(503, UNCHECKED);
	await state.log.writeRarely(context, 'warn', callbacksTurnedAway(reason));
	return NOTHING_STARTED;
}

function act(call: WebhookCall, verdict: Verdict): IWebhookResponseData {
	const { response } = call;
	switch (verdict.kind) {
		case 'ended':
			return start(call, verdict.task);
		case 'unknown':
			return response.send(404, UNKNOWN);
		case 'notFinal':
			return response.send(503, NOT_FINAL);
		case 'unverified':
			return response.send(503, UNCHECKED);
		default:
			return verdict satisfies never;
	}
}

function isRepeated(call: WebhookCall): boolean {
	if (!ignoresRepeats(call)) return false;
	const { context, state, taskId } = call;
	const isAllSaved = state.started.merge(context.getWorkflowStaticData('node').started);
	// n8n saves what a call that starts the workflow has given it once a slot for executions is free. And another process may
	// have saved its own tasks over those of this one.
	if (!isAllSaved) saveStarted(call);
	return state.started.has(taskId);
}

/** In a test in the editor the same task may be used again and again. */
function ignoresRepeats({ context, settings }: WebhookCall): boolean {
	return settings.ignoresRepeats && context.getMode() !== 'manual';
}

function start(call: WebhookCall, task: VeoTask): IWebhookResponseData {
	const { clock, taskId, state, settings, response } = call;
	if (!settings.events.includes(task.status)) {
		return response.send(200, `The workflow isn't started by a task that ${task.status}.`);
	}
	const json = toJson(call, task);
	if (!ignoresRepeats(call)) return startWith(itemOf(json, null));
	if (state.started.has(taskId)) return response.send(200, REPEATED);
	const forgotten = state.started.add(taskId, Math.round(clock.date() / 1000));
	saveWithExecution(call);
	response.whenNotSaved(() => state.started.withdraw(taskId));
	return startWith(itemOf(json, { taskId, id: newToken(), forgotten }));
}

function toJson({ taskId, settings }: WebhookCall, task: VeoTask): IDataObject {
	if (settings.output === 'raw') return rawItem(taskId, task.raw);
	const report = { kind: 'found', value: task, stats: null } as const;
	return structuredItem({ taskId }, report) as unknown as IDataObject;
}

/** n8n saves the execution, then the started tasks, and then responds. Up to 2.6, it responds first. */
function startWith(item: INodeExecutionData): IWebhookResponseData {
	return {
		workflowData: [[item]],
		webhookResponse: { message: 'The task has started the workflow.' },
	};
}

/**
 * n8n may save the execution first. By then it has made another object of the same data and forgotten that it was changed,
 * so it is changed again.
 */
function saveWithExecution(call: WebhookCall): void {
	saveStarted(call);
	const aMomentLater = call.clock.sleep(1, new AbortController().signal);
	void aMomentLater.then(() => saveStarted(call));
}

function saveStarted({ context, state }: WebhookCall): void {
	context.getWorkflowStaticData('node').started = state.started.saved;
}
