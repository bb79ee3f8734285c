import type { Addresses, ServerName, Simulator } from './controls.mjs';
import { Creations } from './creations.mjs';
import { FaultBook, type FaultStep } from './faults.mjs';
import { RateLimit } from './rate-limit.mjs';
import { RequestLog, type LoggedRequest, type RequestSummary } from './request-log.mjs';
import { DEFAULT_SETTINGS, type SimulatorSettings } from './settings.mjs';
import type { TaskPlan, TaskScript } from './task-script.mjs';
import { Tasks } from './tasks.mjs';
import { Upgrades } from './upgrades.mjs';
import { waitFor, type WaitCondition } from './wait-for.mjs';

export interface InitialState {
	settings: Partial<SimulatorSettings>;
	tasks: readonly TaskScript[];
	/** Epoch milliseconds. */
	now: () => number;
}

/** All that the servers of one simulator know, and the controls over it. */
export class SimulatorState implements Simulator {
	settings: SimulatorSettings = DEFAULT_SETTINGS;
	readonly tasks = new Tasks(() => this.videoBaseUrl);
	readonly creations = new Creations();
	readonly upgrades = new Upgrades();
	readonly faults: Readonly<Record<ServerName, FaultBook>> = {
		api: new FaultBook(),
		videos: new FaultBook(),
	};
	readonly logs: Readonly<Record<ServerName, RequestLog>> = {
		api: new RequestLog(),
		videos: new RequestLog(),
	};
	readonly rateLimit = new RateLimit();
	private readonly closing = new AbortController();
	private clockAheadMs = 0;
	private addresses: Addresses = { baseUrl: '', videoBaseUrl: '' };
	private closeServers = async (): Promise<void> => undefined;

	constructor(private readonly initial: InitialState) {
		this.reset();
	}

	/** Epoch milliseconds of the tasks' clock. */
	now(): number {
		return this.initial.now() + this.clockAheadMs;
	}

	get baseUrl(): string {
		return this.addresses.baseUrl;
	}

	get videoBaseUrl(): string {
		return this.addresses.videoBaseUrl;
	}

	get apiKey(): string {
		return this.settings.apiKey;
	}

	/** Aborts when the simulator is closed. */
	get closed(): AbortSignal {
		return this.closing.signal;
	}

	/** To be told once the servers listen. */
	listensOn(addresses: Addresses, closeServers: () => Promise<void>): void {
		this.addresses = addresses;
		this.closeServers = closeServers;
	}

	async close(): Promise<void> {
		this.closing.abort();
		await this.closeServers();
	}

	addTask(script: TaskScript): void {
		this.tasks.add(script, this.now());
		if (script.faults) this.setTaskFaults(script.taskId, script.faults);
	}

	addTasks(scripts: readonly TaskScript[]): void {
		for (const script of scripts) this.addTask(script);
	}

	removeTask(taskId: string): void {
		this.tasks.remove(taskId);
		this.setTaskFaults(taskId, []);
	}

	planTasks(prompt: string, plans: readonly TaskPlan[]): void {
		this.creations.plan(prompt, plans);
	}

	createdTasks(prompt: string): string[] {
		return this.creations.created(prompt);
	}

	setFaults(faults: readonly FaultStep[]): void {
		this.faults.api.set(faults);
	}

	setTaskFaults(taskId: string, faults: readonly FaultStep[]): void {
		this.faults.api.setFor(taskId, faults);
	}

	setVideoFaults(pathOrUrl: string, faults: readonly FaultStep[]): void {
		if (pathOrUrl === '*') this.faults.videos.set(faults);
		else this.faults.videos.setFor(new URL(pathOrUrl, 'http://localhost').pathname, faults);
	}

	setOptions(settings: Partial<SimulatorSettings>): void {
		this.settings = { ...this.settings, ...settings };
		for (const log of Object.values(this.logs)) log.detail = this.settings.logRequests;
	}

	requests({ server = 'api', taskId }: { server?: ServerName; taskId?: string } = {}) {
		const requests: LoggedRequest[] = this.logs[server].requests(taskId);
		return requests;
	}

	summary(server: ServerName = 'api'): RequestSummary {
		return this.logs[server].summary();
	}

	clearRequests(): void {
		for (const log of Object.values(this.logs)) log.clear();
	}

	async waitFor(condition: WaitCondition): Promise<RequestSummary> {
		return await waitFor(this.logs[condition.server ?? 'api'], condition, this.closed);
	}

	advanceClock(seconds: number): void {
		this.clockAheadMs += seconds * 1000;
	}

	reset(): void {
		this.clockAheadMs = 0;
		this.rateLimit.clear();
		for (const book of Object.values(this.faults)) book.clear();
		this.clearRequests();
		this.setOptions({ ...DEFAULT_SETTINGS, ...this.initial.settings });
		this.tasks.clear();
		this.creations.clear();
		this.upgrades.clear();
		this.addTasks(this.initial.tasks);
	}
}
