import { Account } from './account.mjs';
import type { CallbackPost } from './callback-script.mjs';
import { Callbacks } from './callbacks.mjs';
import type { LogName, RequestFilter, ServerName, Simulator } from './controls.mjs';
import type { CreationPlan } from './creation-plan.mjs';
import { Creations } from './creations.mjs';
import { FaultRegistry, type Fault, type FaultStep } from './faults.mjs';
import { Ledger, type LedgerEntry, type LedgerFilter } from './ledger.mjs';
import {
	RequestLog,
	type LoggedRequest,
	type RequestSummary,
	type WaitCondition,
} from './request-log.mjs';
import { DEFAULT_SETTINGS, NO_SHARES, type SimulatorSettings } from './settings.mjs';
import { Draw } from './shares.mjs';
import type { TaskPlan, TaskScript } from './task-script.mjs';
import { Task } from './tasks.mjs';
import { Uploads, type Upload } from './uploads.mjs';

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
	readonly creations = new Creations();
	readonly account = new Account();
	readonly orders = new Ledger();
	readonly files = new Uploads();
	readonly faults: Readonly<Record<ServerName, FaultRegistry>> = {
		api: new FaultRegistry(),
		videos: new FaultRegistry(),
	};
	/** Draws the faults of lookups for which none is planned. */
	lookupFaults = new Draw<Fault>(NO_SHARES);
	readonly logs: Readonly<Record<LogName, RequestLog>> = {
		api: new RequestLog(),
		videos: new RequestLog(),
		callbacks: new RequestLog(),
	};
	readonly callbacks = new Callbacks(this);
	/** Aborts when the simulator is closed. */
	readonly closing = new AbortController();
	// Set once the servers listen
	baseUrl = '';
	videoBaseUrl = '';
	closeServers = async (): Promise<void> => undefined;

	constructor(private readonly initial: InitialState) {
		this.reset();
	}

	/** The tasks' clock, in epoch milliseconds. */
	now(): number {
		return this.initial.now();
	}

	get apiKey(): string {
		return this.settings.apiKey;
	}

	async close(): Promise<void> {
		this.closing.abort();
		this.callbacks.clear();
		await this.closeServers();
	}

	addTask(script: TaskScript): void {
		const task = new Task(script, this.now());
		this.tasks.set(script.taskId, task);
		this.callbacks.schedule(task);
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
		this.creations.planTasks(prompt, plans);
	}

	planCreations(prompt: string, plans: readonly CreationPlan[]): void {
		this.creations.planCreations(prompt, plans);
	}

	createdTasks(prompt: string): string[] {
		return this.creations.ids(prompt);
	}

	ledger(filter?: LedgerFilter): LedgerEntry[] {
		return this.orders.entries(filter);
	}

	uploads(): Upload[] {
		return this.files.list();
	}

	async postCallback(taskId: string, post: CallbackPost = {}): Promise<number | null> {
		const task = this.tasks.get(taskId) ?? new Task({ taskId }, this.now());
		return await this.callbacks.send(task, post);
	}

	setFaults(faults: readonly FaultStep[]): void {
		this.faults.api.set(null, faults);
	}

	setTaskFaults(taskId: string, faults: readonly FaultStep[]): void {
		this.faults.api.set(taskId, faults);
	}

	setPathFaults(path: string, faults: readonly FaultStep[]): void {
		this.faults.api.set(path, faults);
	}

	setVideoFaults(pathOrUrl: string, faults: readonly FaultStep[]): void {
		const { pathname } = new URL(pathOrUrl, 'http://localhost');
		this.faults.videos.set(pathOrUrl === '*' ? null : pathname, faults);
	}

	setOptions(settings: Partial<SimulatorSettings>): void {
		this.settings = { ...this.settings, ...settings };
		const { creationShares, lookupShares, callbackShares } = settings;
		if (creationShares) this.creations.setShares(creationShares);
		if (lookupShares) this.lookupFaults = new Draw(lookupShares);
		if (callbackShares) this.callbacks.setShares(callbackShares);
		if (settings.credits !== undefined) this.account.balance = settings.credits;
		for (const log of Object.values(this.logs)) log.keepsHeaders = this.settings.logHeaders;
	}

	requests({ server = 'api', taskId }: RequestFilter = {}): LoggedRequest[] {
		return this.logs[server].requests(taskId);
	}

	summary(server: LogName = 'api'): RequestSummary {
		return this.logs[server].summary();
	}

	async waitFor(condition: WaitCondition): Promise<RequestSummary> {
		return await this.logs[condition.server ?? 'api'].waitFor(condition, this.closing.signal);
	}

	reset(): void {
		const { tasks, creations, account, orders, files, callbacks, faults, logs } = this;
		const parts = [
			tasks,
			creations,
			account,
			orders,
			files,
			callbacks,
			...Object.values({ ...faults }),
		];
		for (const part of [...parts, ...Object.values(logs)]) part.clear();
		this.setOptions({ ...DEFAULT_SETTINGS, ...this.initial.settings });
		this.addTasks(this.initial.tasks);
	}
}
