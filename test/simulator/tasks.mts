import { layOver } from './overrides.mjs';
import { recordAt } from './record.mjs';
import type { Ending, TaskScript, UnknownForm } from './task-script.mjs';

/** What the API has to say about a task. */
export type Lookup =
	| { kind: 'unknown'; form: UnknownForm | null }
	| { kind: 'record'; code: number; msg: string; data: unknown };

interface Task {
	readonly script: TaskScript;
	readonly addedAt: number;
	startedAt: number | null;
	endedAt: number | null;
	lookups: number;
}

/** How far a task has come: since its clock started, and in lookups answered before. */
interface Progress {
	ms: number;
	lookups: number;
}

const SUCCESS: Ending = { kind: 'succeeded', model: 'primary' };

/** The tasks that the API knows, by their scripts. `now` is in epoch milliseconds. */
export class Tasks {
	private readonly byId = new Map<string, Task>();

	constructor(private readonly videoBaseUrl: () => string) {}

	/** Its clock starts now, or at the first lookup. A task of the same ID is replaced. */
	add(script: TaskScript, now: number): void {
		const task = { script, addedAt: now, startedAt: null, endedAt: null, lookups: 0 };
		this.byId.set(script.taskId, task);
	}

	remove(taskId: string): void {
		this.byId.delete(taskId);
	}

	clear(): void {
		this.byId.clear();
	}

	script(taskId: string): TaskScript | undefined {
		return this.byId.get(taskId)?.script;
	}

	/** How a task has ended; null while it has not. Does not count as a lookup. */
	ending(taskId: string, now: number): Ending | null {
		const task = this.byId.get(taskId);
		if (!task) return null;
		return endingAt(task.script, { ms: now - (task.startedAt ?? now), lookups: task.lookups });
	}

	/** The task as the API shows it now. Counts as a lookup. */
	lookUp(taskId: string, now: number): Lookup {
		const task = this.byId.get(taskId);
		if (!task) return { kind: 'unknown', form: null };
		task.startedAt ??= task.script.countedFrom === 'firstLookup' ? now : task.addedAt;
		const progress = { ms: now - task.startedAt, lookups: task.lookups++ };
		return task.script.states
			? scriptedState(task.script, progress)
			: this.state(task, task.startedAt, progress, now);
	}

	private state(task: Task, startedAt: number, progress: Progress, now: number): Lookup {
		const { script } = task;
		if (!hasPassed(progress, script.unknownForSeconds, script.unknownForLookups)) {
			return { kind: 'unknown', form: script.unknownAs ?? null };
		}
		const ending = endingAt(script, progress);
		if (ending) {
			// When it ends by lookups, the end is when it is first seen
			task.endedAt ??= script.durationLookups
				? now
				: startedAt + milliseconds(script.durationSeconds);
		}
		const moment = { createdAt: startedAt, endedAt: ending ? task.endedAt : null, ending };
		const data = recordAt(script, moment, this.videoBaseUrl());
		return { kind: 'record', code: 200, msg: script.msg ?? 'success', data };
	}
}

function scriptedState({ states = [], unknownAs, msg }: TaskScript, progress: Progress): Lookup {
	const state = states.findLast(({ afterSeconds, afterLookups }) =>
		hasPassed(progress, afterSeconds, afterLookups),
	);
	if (!state) return { kind: 'unknown', form: unknownAs ?? null };
	return {
		kind: 'record',
		code: state.code ?? 200,
		msg: state.msg ?? msg ?? 'success',
		data: layOver({}, state.data),
	};
}

/** Null while the task is generating. */
function endingAt(
	script: TaskScript,
	progress: Progress,
): Exclude<Ending, { kind: 'never' }> | null {
	let { durationSeconds: seconds = 0, durationLookups: lookups = 0, ending = SUCCESS } = script;
	if (!hasPassed(progress, seconds, lookups)) return null;
	while (ending.kind === 'oddFlag' && isLimited(ending)) {
		seconds += ending.forSeconds ?? 0;
		lookups += ending.forLookups ?? 0;
		if (!hasPassed(progress, seconds, lookups)) break;
		ending = ending.then ?? SUCCESS;
	}
	return ending.kind === 'never' ? null : ending;
}

function isLimited({ forSeconds, forLookups }: { forSeconds?: number; forLookups?: number }) {
	return forSeconds !== undefined || forLookups !== undefined;
}

function hasPassed(progress: Progress, seconds?: number, lookups = 0): boolean {
	return progress.ms >= milliseconds(seconds) && progress.lookups >= lookups;
}

/** Whole, because 1.1 s times 1000 is a little more than 1100. */
function milliseconds(seconds = 0): number {
	return Math.round(seconds * 1000);
}
