import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

import { isFaultKind, type FaultStep } from './faults.mjs';
import { isPlainObject } from './record.mjs';
import type { LogDetail, LoggedRequest, RequestSummary, WaitCondition } from './request-log.mjs';
import type { TaskPlan, TaskScript, UnknownForm } from './task-script.mjs';

export type ServerName = 'api' | 'videos';

export interface RequestFilter {
	/** Default `api`. */
	server?: ServerName;
	taskId?: string;
}

/** What a test or a demo does with a simulator, in its own process or in another. */
export interface SimulatorControls {
	/** Its clock starts now (or at its first lookup). A task of the same ID is replaced. */
	addTask(script: TaskScript): void;
	addTasks(scripts: readonly TaskScript[]): void;
	removeTask(taskId: string): void;
	/**
	 * What happens to the tasks that are created with a prompt, one after the other; the last plan holds for all
	 * further ones. Without a plan a task succeeds at once.
	 */
	planTasks(prompt: string, plans: readonly TaskPlan[]): void;
	/** Returns the IDs of the tasks created with a prompt, in their order. */
	createdTasks(prompt: string): string[];
	/** Faults for the next requests to the API, in a row. Replaces the list; `[]` clears it. */
	setFaults(faults: readonly FaultStep[]): void;
	/** The same for one task (known or not). The list for all requests comes first. */
	setTaskFaults(taskId: string, faults: readonly FaultStep[]): void;
	/** The same for a path of the video server (or its whole URL), or `*` for all requests to it. */
	setVideoFaults(pathOrUrl: string, faults: readonly FaultStep[]): void;
	setOptions(settings: Partial<SimulatorSettings>): void;
	/** Returns the requests in the order of their arrival. Control requests are not logged. */
	requests(filter?: RequestFilter): LoggedRequest[];
	/** Server `api` by default. */
	summary(server?: ServerName): RequestSummary;
	clearRequests(): void;
	/** Resolves as soon as the log meets the condition, instead of sleeping. Throws an Error if it does not in time. */
	waitFor(condition: WaitCondition): Promise<RequestSummary>;
	/** Makes all tasks older (and moves the rate limit's clock). */
	advanceClock(seconds: number): void;
	/** Restores what was there after the start: tasks, faults, settings, clock, an empty log. */
	reset(): void;
}

/** What can be set at the start and changed at any time. */
export interface SimulatorSettings {
	/** Default `test-key`. */
	apiKey: string;
	/** A wrong or missing key: HTTP 401 (default), or HTTP 200 with `code: 401`. Both occur. */
	authRejection: 'http401' | 'code401';
	/** Default `code422`, as recorded. */
	unknownAs: UnknownForm;
	/** Before every response of the API; default 0. */
	responseDelayMs: number;
	/** HTTP 429 beyond it; default null: no limit. */
	rateLimit: { requestsPerSecond: number; retryAfterSeconds?: number } | null;
	/** Default `withHeaders`. */
	logRequests: LogDetail;
}

export const DEFAULT_SETTINGS: Readonly<SimulatorSettings> = {
	apiKey: 'test-key',
	authRejection: 'http401',
	unknownAs: 'code422',
	responseDelayMs: 0,
	rateLimit: null,
	logRequests: 'withHeaders',
};

export interface Addresses {
	/** `http://127.0.0.1:PORT`, without a slash at the end: for the credential's Base URL. */
	readonly baseUrl: string;
	/** The same on another port, which makes it another origin. */
	readonly videoBaseUrl: string;
}

/** A running simulator in this process. */
export interface Simulator extends SimulatorControls, Addresses {
	/** The key it accepts at the moment. */
	readonly apiKey: string;
	readonly settings: SimulatorSettings;
	/** Ends at once, with all connections. Can be called twice. */
	close(): Promise<void>;
}

/** The path of the controls over HTTP, on the API's port. Everything is JSON; no key is needed. */
export const CONTROL_PREFIX = '/__simulator/';

/** Handles a control request and returns the body of the response (nothing: `{ ok: true }`). */
type Route = (simulator: Simulator, query: URLSearchParams, body: unknown) => unknown;

const ROUTES: Readonly<Record<string, Route>> = {
	'GET info': ({ baseUrl, videoBaseUrl, apiKey, settings }) => ({
		baseUrl,
		videoBaseUrl,
		apiKey,
		settings,
	}),
	'POST tasks': (simulator, _, body) => simulator.addTasks(parseTasks(body)),
	'DELETE tasks': (simulator, query) => simulator.removeTask(query.get('taskId') ?? ''),
	'PUT plans': (simulator, query, body) =>
		simulator.planTasks(query.get('prompt') ?? '', parsePlans(body)),
	'GET created': (simulator, query) => simulator.createdTasks(query.get('prompt') ?? ''),
	'PUT faults': (simulator, query, body) => {
		const taskId = query.get('taskId');
		if (taskId === null) simulator.setFaults(parseFaults(body));
		else simulator.setTaskFaults(taskId, parseFaults(body));
	},
	'PUT video-faults': (simulator, query, body) =>
		simulator.setVideoFaults(query.get('path') ?? '*', parseFaults(body)),
	'PATCH options': (simulator, _, body) => simulator.setOptions(parseSettings(body)),
	'GET requests': (simulator, query) => {
		const taskId = query.get('taskId') ?? undefined;
		return simulator.requests({
			server: parseServer(query),
			...(taskId !== undefined && { taskId }),
		});
	},
	'GET summary': (simulator, query) => simulator.summary(parseServer(query)),
	'DELETE requests': (simulator) => simulator.clearRequests(),
	'POST wait': async (simulator, _, body) =>
		await simulator.waitFor(expectObject(body, 'A condition')),
	'POST clock': (simulator, query) => simulator.advanceClock(Number(query.get('seconds'))),
	'POST reset': (simulator) => simulator.reset(),
};

/** Responds with 404 for a route that does not exist, 400 for a script that makes no sense, 500 for other failures. */
export async function handleControl(
	simulator: Simulator,
	{ pathname, searchParams }: URL,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const respond = (status: number, body: unknown) => {
		response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
		response.end(`${JSON.stringify(body)}\n`);
	};
	const route = ROUTES[`${request.method} ${pathname.slice(CONTROL_PREFIX.length)}`];
	if (!route) {
		respond(404, { error: `One of: ${Object.keys(ROUTES).join(', ')}` });
		return;
	}
	try {
		const body = parseBody(await text(request));
		respond(200, (await route(simulator, searchParams, body)) ?? { ok: true });
	} catch (error) {
		const status = error instanceof InvalidScriptError ? 400 : 500;
		respond(status, { error: error instanceof Error ? error.message : String(error) });
	}
}

/** A script that came as JSON and makes no sense. */
class InvalidScriptError extends Error {
	override readonly name = 'InvalidScriptError';
}

function parseBody(body: string): unknown {
	if (body === '') return undefined;
	try {
		return JSON.parse(body);
	} catch (error) {
		throw new InvalidScriptError(`The body is not JSON: ${String(error)}`);
	}
}

// The compiler checks the scripts written in TypeScript. These catch the usual slips in those typed into curl.

function parseTasks(body: unknown): TaskScript[] {
	return toList(body).map((script) => {
		if (!isPlainObject(script) || typeof script.taskId !== 'string' || script.taskId === '') {
			throw new InvalidScriptError(`A task needs a "taskId": ${JSON.stringify(script)}`);
		}
		if (script.faults !== undefined) parseFaults(script.faults);
		return script as unknown as TaskScript;
	});
}

function parsePlans(body: unknown): TaskPlan[] {
	return toList(body).map((plan) => expectObject(plan, 'A plan'));
}

function parseFaults(body: unknown): FaultStep[] {
	return toList(body).map((step) => {
		if (!isPlainObject(step) || !isFaultKind(step.kind)) {
			throw new InvalidScriptError(`No such fault: ${JSON.stringify(step)}`);
		}
		if (step.kind === 'all') parseFaults(step.faults);
		return step as unknown as FaultStep;
	});
}

function parseSettings(body: unknown): Partial<SimulatorSettings> {
	const settings = expectObject(body, 'A set of options');
	const unknown = Object.keys(settings).filter((key) => !Object.hasOwn(DEFAULT_SETTINGS, key));
	if (unknown.length > 0) throw new InvalidScriptError(`No such option: ${unknown.join(', ')}`);
	return settings;
}

function parseServer(query: URLSearchParams): ServerName {
	return query.get('server') === 'videos' ? 'videos' : 'api';
}

function expectObject(value: unknown, name: string): Record<string, unknown> {
	if (isPlainObject(value)) return value;
	throw new InvalidScriptError(`${name} is an object: ${JSON.stringify(value)}`);
}

/** A single value counts as a list of one. */
function toList(body: unknown): unknown[] {
	return Array.isArray(body) ? body : [body];
}
