import type { FaultStep } from './faults.mjs';
import type { LoggedRequest, RequestSummary } from './request-log.mjs';
import type { SimulatorSettings } from './settings.mjs';
import type { TaskPlan, TaskScript } from './task-script.mjs';
import type { WaitCondition } from './wait-for.mjs';

export type ServerName = 'api' | 'videos';

/** What a test or a demo does with a simulator, in its own process or in another. */
export interface SimulatorControls {
	/** Its clock starts now (or at its first lookup). A task of the same ID is replaced. */
	addTask(script: TaskScript): void;
	addTasks(scripts: readonly TaskScript[]): void;
	removeTask(taskId: string): void;
	/**
	 * What becomes of the tasks that are created with a prompt, one after the other; of those beyond the list what
	 * becomes of its last. Without a plan a task succeeds at once.
	 */
	planTasks(prompt: string, plans: readonly TaskPlan[]): void;
	/** The IDs of the tasks created with a prompt, in their order. */
	createdTasks(prompt: string): string[];
	/** Faults for whatever request comes next to the API, in a row. Replaces the list; `[]` clears it. */
	setFaults(faults: readonly FaultStep[]): void;
	/** The same for one task (known or not). The list for all comes first. */
	setTaskFaults(taskId: string, faults: readonly FaultStep[]): void;
	/** The same for a path of the video server (or its whole URL), or `*` for all that comes to it. */
	setVideoFaults(pathOrUrl: string, faults: readonly FaultStep[]): void;
	setOptions(settings: Partial<SimulatorSettings>): void;
	/** The requests in the order of their arrival; server `api` by default. Control requests are not logged. */
	requests(filter?: { server?: ServerName; taskId?: string }): LoggedRequest[];
	/** Server `api` by default. */
	summary(server?: ServerName): RequestSummary;
	clearRequests(): void;
	/** Resolves as soon as the log meets the condition, instead of sleeping. Throws an Error when it does not in time. */
	waitFor(condition: WaitCondition): Promise<RequestSummary>;
	/** Makes all tasks so many seconds older (and moves the rate limit's clock). */
	advanceClock(seconds: number): void;
	/** As it was after the start: tasks, faults, settings, clock, an empty log. */
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
	/** The key it takes at the moment. */
	readonly apiKey: string;
	/** Ends at once, with all connections. Can be called twice. */
	close(): Promise<void>;
}

/** The controls from another process. */
export type RemoteControls = {
	[Name in keyof SimulatorControls]: (
		...args: Parameters<SimulatorControls[Name]>
	) => Promise<Awaited<ReturnType<SimulatorControls[Name]>>>;
};
