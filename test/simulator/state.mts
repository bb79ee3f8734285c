import {
	DEFAULT_SETTINGS,
	type RequestFilter,
	type ServerName,
	type Simulator,
	type SimulatorSettings,
} from './controls.mjs';
import { FaultRegistry, type FaultStep } from './faults.mjs';
import {
	RequestLog,
	type LoggedRequest,
	type RequestSummary,
	type WaitCondition,
} from './request-log.mjs';
import type { TaskPlan, TaskScript } from './task-script.mjs';
import { CreatedTasks, Task } from './tasks.mjs';

export interface InitialState {
	settings: Partial<SimulatorSettings>;
	tasks: readonly TaskScript[];
	/** In epoch milliseconds. */
	now: () => number;
}

/** All that the servers of one simulator know, and the controls over it. */
export class SimulatorState implements Simulator {
	settings: SimulatorSettings = DEFAULT_SETTINGS;
	/** By their IDs. */
	readonly tasks = new Map<string, Task>();
	readonly created = new CreatedTasks();
	readonly faults: Readonly<Record<ServerName, FaultRegistry>> = {
		api: new FaultRegistry(),
		videos: new FaultRegistry(),
	};
	readonly logs: Readonly<Record<ServerName, RequestLog>> = {
		api: new RequestLog(),
		videos: new RequestLog(),
	};
	readonly rateLimit = new RateLimit();
	/** Aborts when the simulator is closed. */
	readonly closing = new AbortController();
	// Set once the servers listen
	baseUrl = '';
	videoBaseUrl = '';
	closeServers = async (): Promise<void> => undefined;
	private clockAheadMs = 0;

	constructor(private readonly initial: InitialState) {
		this.reset();
	}

	/** The tasks' clock, in epoch milliseconds. */
	now(): number {
		return this.initial.now() + this.clockAheadMs;
	}

	get apiKey(): string {
		return this.settings.apiKey;
	}

	async close(): Promise<void> {
		this.closing.abort();
		await this.closeServers();
	}

	addTask(script: TaskScript): void {
		this.tasks.set(script.taskId, new Task(script, this.now()));
		if (script.faults) this.setTaskFaults(script.taskId, script.faults);
	}

	addTasks(scripts: readonly TaskScript[]): void {
		for (const script of scripts) this.addTask(script);
	}

	removeTask(taskId: string): void {
		this.tasks.delete(taskId);
		this.setTaskFaults(taskId, []);
	}

	planTasks(prompt: string, plans: readonly TaskPlan[]): void {
		this.created.plan(prompt, plans);
	}

	createdTasks(prompt: string): string[] {
		return this.created.ids(prompt);
	}

	setFaults(faults: readonly FaultStep[]): void {
		this.faults.api.set(null, faults);
	}

	setTaskFaults(taskId: string, faults: readonly FaultStep[]): void {
		this.faults.api.set(taskId, faults);
	}

	setVideoFaults(pathOrUrl: string, faults: readonly FaultStep[]): void {
		const { pathname } = new URL(pathOrUrl, 'http://localhost');
		this.faults.videos.set(pathOrUrl === '*' ? null : pathname, faults);
	}

	setOptions(settings: Partial<SimulatorSettings>): void {
		this.settings = { ...this.settings, ...settings };
		for (const log of Object.values(this.logs)) log.detail = this.settings.logRequests;
	}

	requests({ server = 'api', taskId }: RequestFilter = {}): LoggedRequest[] {
		return this.logs[server].requests(taskId);
	}

	summary(server: ServerName = 'api'): RequestSummary {
		return this.logs[server].summary();
	}

	clearRequests(): void {
		for (const log of Object.values(this.logs)) log.clear();
	}

	async waitFor(condition: WaitCondition): Promise<RequestSummary> {
		return await this.logs[condition.server ?? 'api'].waitFor(condition, this.closing.signal);
	}

	advanceClock(seconds: number): void {
		this.clockAheadMs += seconds * 1000;
	}

	reset(): void {
		const parts = [this.tasks, this.created, this.faults.api, this.faults.videos, this.rateLimit];
		for (const part of parts) part.clear();
		this.clearRequests();
		this.clockAheadMs = 0;
		this.setOptions({ ...DEFAULT_SETTINGS, ...this.initial.settings });
		this.addTasks(this.initial.tasks);
	}
}

/** Allows a number of requests within any second. */
class RateLimit {
	/** When the requests of the last second were allowed, in epoch milliseconds. */
	private allowed: number[] = [];

	/** False if the request at `now` is one too many; it does not count then. */
	allows(requestsPerSecond: number, now: number): boolean {
		this.allowed = this.allowed.filter((time) => now - time < 1000);
		if (this.allowed.length >= requestsPerSecond) return false;
		this.allowed.push(now);
		return true;
	}

	clear(): void {
		this.allowed = [];
	}
}
