import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { callbackBody } from './callback-body.mjs';
import type { CallbackPost, CallbackScript } from './callback-script.mjs';
import { postJson } from './post-json.mjs';
import { Draw, type Shares } from './shares.mjs';
import type { SimulatorState } from './state.mjs';
import type { Task } from './tasks.mjs';

/** Posts to the `callBackUrl` of each task when the task ends. */
export class Callbacks {
	private scheduled = new WeakSet<Task>();
	private draw = new Draw<CallbackScript>({ seed: 0, shares: [] });
	/** Aborts what is waited for, and what is being sent. */
	private running = manyListeners();

	constructor(private readonly state: SimulatorState) {}

	setShares(shares: Shares<CallbackScript>): void {
		this.draw = new Draw(shares);
	}

	/** Schedules the callbacks of a task, once, if its end is known by now. */
	schedule(task: Task): void {
		const { endsAt, callBackUrl } = task;
		if (endsAt === null || callBackUrl === null || this.scheduled.has(task)) return;
		this.scheduled.add(task);
		const script = task.script.callbacks ?? this.draw.next() ?? this.state.settings.callbacks;
		for (const post of script) {
			// It rejects when it is aborted
			this.deliver(task, post, endsAt).catch(() => undefined);
		}
	}

	/** Sends one callback now. Returns the status of its response; null if there was none. */
	async send(task: Task, post: CallbackPost): Promise<number | null> {
		const { taskId = task.script.taskId } = post;
		const url = addressOf(this.state, task, post);
		const end = this.state.logs.callbacks.begin({
			taskId,
			method: 'POST',
			path: url.href,
			headers: {},
		});
		const body = callbackBody(post, taskId, task.finalRecord(this.state.videoBaseUrl));
		const timeout = AbortSignal.timeout(this.state.settings.callbackTimeoutSeconds * 1000);
		const signal = AbortSignal.any([timeout, this.running.signal]);
		const status = await postJson(url, body, post.bytesPerSecond ?? null, signal);
		end({ status, closedByClient: false, fault: 'none' });
		return status;
	}

	/** Forgets all that was scheduled. */
	clear(): void {
		this.running.abort();
		this.running = manyListeners();
		this.scheduled = new WeakSet();
	}

	private async deliver(task: Task, post: CallbackPost, endsAt: number): Promise<void> {
		const { state, running } = this;
		const wait = async (ms: number) =>
			await sleep(Math.max(0, ms), undefined, { signal: running.signal, ref: false });
		await wait(endsAt + (post.afterMs ?? 0) - state.now());
		const delays = post.retries === false ? [] : state.settings.callbackRetrySeconds;
		for (let attempt = 0; ; attempt++) {
			const status = await this.send(task, post);
			const delay = delays[attempt];
			if (isSuccess(status) || delay === undefined) return;
			await wait(delay * 1000);
		}
	}
}

/** Each callback listens to it. */
function manyListeners(): AbortController {
	const controller = new AbortController();
	setMaxListeners(0, controller.signal);
	return controller;
}

function isSuccess(status: number | null): boolean {
	return status !== null && status >= 200 && status < 300;
}

/** Throws an Error if there is none. */
function addressOf({ tasks }: SimulatorState, task: Task, { to, query = {} }: CallbackPost): URL {
	const own = task.callBackUrl;
	const address =
		to === undefined ? own : to === 'anotherTask' ? anotherAddress(tasks, own) : to.url;
	if (address === null) throw new Error(`There is no address for ${task.script.taskId}`);
	const url = new URL(address);
	for (const [name, value] of Object.entries(query)) {
		if (value === null) url.searchParams.delete(name);
		else url.searchParams.set(name, value);
	}
	return url;
}

/** The latest one whose path is another; the own one if there is none. */
function anotherAddress(tasks: ReadonlyMap<string, Task>, own: string | null): string | null {
	const pathOf = (address: string | null) => address && new URL(address).pathname;
	const path = pathOf(own);
	const others = [...tasks.values()].map(({ callBackUrl }) => callBackUrl);
	return others.findLast((address) => address !== null && pathOf(address) !== path) ?? own;
}
