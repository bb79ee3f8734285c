import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';

import type { ServerName, SimulatorControls } from './controls.mjs';
import { InvalidScriptError } from './invalid-script-error.mjs';
import {
	plansFrom,
	settingsFrom,
	stepsFrom,
	tasksFrom,
	waitConditionFrom,
} from './scripts-from-json.mjs';
import type { SimulatorState } from './state.mjs';

/** Where the controls are, on the API's port. Everything is JSON; no key is needed. */
export const CONTROL_PREFIX = '/__simulator/';

/** Does what a control request says and gives what it answers (nothing: `{ ok: true }`). */
type Route = (state: SimulatorState, query: URLSearchParams, body: unknown) => unknown;

const ROUTES: Readonly<Record<string, Route>> = {
	'GET info': ({ baseUrl, videoBaseUrl, apiKey, settings }) => ({
		baseUrl,
		videoBaseUrl,
		apiKey,
		settings,
	}),
	'POST tasks': (state, _, body) => state.addTasks(tasksFrom(body)),
	'DELETE tasks': (state, query) => state.removeTask(query.get('taskId') ?? ''),
	'PUT plans': (state, query, body) => state.planTasks(query.get('prompt') ?? '', plansFrom(body)),
	'GET created': (state, query) => state.createdTasks(query.get('prompt') ?? ''),
	'PUT faults': (state, query, body) => setFaults(state, query.get('taskId'), body),
	'PUT video-faults': (state, query, body) =>
		state.setVideoFaults(query.get('path') ?? '*', stepsFrom(body)),
	'PATCH options': (state, _, body) => state.setOptions(settingsFrom(body)),
	'GET requests': (state, query) => state.requests(requestFilter(query)),
	'GET summary': (state, query) => state.summary(serverFrom(query)),
	'DELETE requests': (state) => state.clearRequests(),
	'POST wait': async (state, _, body) => await state.waitFor(waitConditionFrom(body)),
	'POST clock': (state, query) => state.advanceClock(Number(query.get('seconds'))),
	'POST reset': (state) => state.reset(),
};

/** Answers 404 for a route that is not there, 400 for a script that makes no sense, 500 for what went wrong. */
export async function handleControl(
	state: SimulatorState,
	url: URL,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const route = ROUTES[`${request.method} ${url.pathname.slice(CONTROL_PREFIX.length)}`];
	if (!route) {
		answer(response, 404, { error: `One of: ${Object.keys(ROUTES).join(', ')}` });
		return;
	}
	try {
		const result = await route(state, url.searchParams, await bodyOf(request));
		answer(response, 200, result ?? { ok: true });
	} catch (error) {
		const status = error instanceof InvalidScriptError ? 400 : 500;
		answer(response, status, { error: error instanceof Error ? error.message : String(error) });
	}
}

function answer(response: ServerResponse, status: number, body: unknown): void {
	response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
	response.end(`${JSON.stringify(body)}\n`);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
	if (request.method === 'GET' || request.headers['content-length'] === '0') return undefined;
	if (!request.headers['content-length'] && !request.headers['transfer-encoding']) return undefined;
	return await json(request).catch((error: unknown) => {
		throw new InvalidScriptError(`The body is not JSON: ${String(error)}`);
	});
}

function setFaults(state: SimulatorControls, taskId: string | null, body: unknown): void {
	if (taskId === null) state.setFaults(stepsFrom(body));
	else state.setTaskFaults(taskId, stepsFrom(body));
}

function requestFilter(query: URLSearchParams) {
	const taskId = query.get('taskId');
	return { server: serverFrom(query), ...(taskId === null ? {} : { taskId }) };
}

function serverFrom(query: URLSearchParams): ServerName {
	return query.get('server') === 'videos' ? 'videos' : 'api';
}
