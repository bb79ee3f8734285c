import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

import type { CallbackPost } from './callback-script.mjs';
import type { CreationPlan } from './creation-plan.mjs';
import type { FaultStep } from './faults.mjs';
import type { LedgerEntry, LedgerFilter } from './ledger.mjs';
import type { LoggedRequest, RequestSummary, WaitCondition } from './request-log.mjs';
import type { SimulatorSettings } from './settings.mjs';
import type { TaskPlan, TaskScript } from './task-script.mjs';
import type { Upload } from './uploads.mjs';

export type ServerName = 'api' | 'videos';

/** A log of requests: those to a server, or the callbacks that the simulator sends. */
export type LogName = ServerName | 'callbacks';

export interface RequestFilter {
	/** Default `api`. */
	server?: LogName;
	taskId?: string;
}

/** What a test or a demo does with a simulator, in its own process or in another. */
export interface SimulatorControls {
	/** Its clock starts now (or at its first lookup). A task of the same ID is replaced. */
	addTask(script: TaskScript): void;
	addTasks(scripts: readonly TaskScript[]): void;
	removeTask(taskId: string): void;
	/**
	 * What happens to the requests that create a task with a prompt, one after the other; then they are normal again. `*`
	 * is for all prompts, once their own plans are used up. Replaces the list; `[]` clears it.
	 */
	planCreations(prompt: string, plans: readonly CreationPlan[]): void;
	/**
	 * What happens to the tasks that are created with a prompt, one after the other; the last plan holds for all
	 * further ones. `*` is for all prompts that have no plan of their own. Without a plan a task succeeds at once.
	 */
	planTasks(prompt: string, plans: readonly TaskPlan[]): void;
	/** Returns the IDs of the tasks created with a prompt, in their order. */
	createdTasks(prompt: string): string[];
	/** Returns every request that can cost credits, in the order of arrival. */
	ledger(filter?: LedgerFilter): LedgerEntry[];
	/** Returns what was uploaded, in the order of arrival. The files are at their `downloadUrl`. */
	uploads(): Upload[];
	/**
	 * Sends a callback now, for a task that need not exist. Returns the status of its response; null if there was none. By
	 * default it goes to the task's own `callBackUrl`, and says that the task is final as its script says.
	 */
	postCallback(taskId: string, post?: CallbackPost): Promise<number | null>;
	/** Faults for the next requests to the API, in a row. Replaces the list; `[]` clears it. */
	setFaults(faults: readonly FaultStep[]): void;
	/** The same for one task (known or not). The list for all requests comes first. */
	setTaskFaults(taskId: string, faults: readonly FaultStep[]): void;
	/** The same for an endpoint of the API, by its path, such as `/api/v1/veo/generate`. */
	setPathFaults(path: string, faults: readonly FaultStep[]): void;
	/** The same for a path of the video server (or its whole URL), or `*` for all requests to it. */
	setVideoFaults(pathOrUrl: string, faults: readonly FaultStep[]): void;
	setOptions(settings: Partial<SimulatorSettings>): void;
	/**
	 * Returns the requests in the order of their arrival. Control requests are not logged. A callback's path is its whole
	 * address, and its task ID is the one in its body.
	 */
	requests(filter?: RequestFilter): LoggedRequest[];
	/** Server `api` by default. */
	summary(server?: LogName): RequestSummary;
	/** Resolves as soon as the log meets the condition, instead of sleeping. Throws an Error if it does not in time. */
	waitFor(condition: WaitCondition): Promise<RequestSummary>;
	/** Restores what was there after the start: tasks, faults, settings, an empty log. */
	reset(): void;
}

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
	/** Ends at once, with all connections. Can be called twice. */
	close(): Promise<void>;
}

/** The path of the controls over HTTP, on the API's port. Everything is JSON; no key is needed. */
export const CONTROL_PREFIX = '/__simulator/';

export const CONTROL_NAMES = [
	'addTask',
	'addTasks',
	'removeTask',
	'planCreations',
	'planTasks',
	'createdTasks',
	'ledger',
	'uploads',
	'postCallback',
	'setFaults',
	'setTaskFaults',
	'setPathFaults',
	'setVideoFaults',
	'setOptions',
	'requests',
	'summary',
	'waitFor',
	'reset',
] as const satisfies ReadonlyArray<keyof SimulatorControls>;

/** Calls the control named by the path with the arguments in the body, a JSON list. */
export async function handleControl(
	simulator: Simulator,
	pathname: string,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const respond = (status: number, body: object) => {
		response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
		response.end(`${JSON.stringify(body)}\n`);
	};
	const name = CONTROL_NAMES.find((each) => `${CONTROL_PREFIX}${each}` === pathname);
	if (name === undefined) {
		respond(404, { error: `One of: ${CONTROL_NAMES.join(', ')}` });
		return;
	}
	try {
		const args = JSON.parse((await text(request)) || '[]') as unknown[];
		const control = simulator[name] as (...args: unknown[]) => unknown;
		respond(200, { result: await control.apply(simulator, args) });
	} catch (error) {
		respond(500, { error: String(error) });
	}
}
