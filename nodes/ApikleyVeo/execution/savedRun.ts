import { unknownSavedRun } from '../errors/lookupProblems';
import type { TaskResult } from '../output/outcome';
import type { WaitState } from '../veo/polling/waitFor';
import { isObject } from '../veo/task/coerce';
import type { JsonObject } from '../veo/task/coerce';
import { parseTask } from '../veo/task/task';
import type { VeoTask } from '../veo/task/task';
import type { Plan, PlannedItem } from './plan';
import { done } from './run';
import type { JobState, Run } from './run';

/** Goes up with every change that an older version of the node could not restore. */
const VERSION = 1;

/** A run as plain data: n8n saves it while the execution is parked, and may resume it under a newer version of the node. */
export interface SavedRun {
	readonly version: typeof VERSION;
	readonly plan: Plan;
	readonly states: readonly SavedState[];
	readonly maxStartDelayMs: number;
}

/** A task is saved as the record that it was parsed from. */
type SavedState =
	| { readonly kind: 'new' }
	| { readonly kind: 'parked'; readonly wait: SavedWait }
	| { readonly kind: 'done'; readonly result: SavedResult };

type SavedWait = Omit<WaitState<never>, 'lastValue'> & { readonly lastRecord: JsonObject | null };

type Found = Extract<TaskResult, { kind: 'found' }>;
type TimedOut = Extract<TaskResult, { kind: 'timedOut' }>;

type SavedResult =
	| (Omit<Found, 'value'> & { readonly record: JsonObject })
	| (Omit<TimedOut, 'lastValue'> & { readonly lastRecord: JsonObject | null })
	| Exclude<TaskResult, Found | TimedOut>;

export function saveRun({ plan, states, maxStartDelayMs }: Run): SavedRun {
	return { version: VERSION, plan, states: states.map(saveState), maxStartDelayMs };
}

/**
 * Restores a run from what `saveRun` returned. If another version of the node saved it in a form that is unknown here,
 * each of its items gets a problem that names the tasks.
 */
export function restoreRun(saved: JsonObject): Run {
	if (!isSavedRun(saved)) return unknownRun(saved);
	const { plan, states, maxStartDelayMs } = saved;
	return { plan, states: states.map(restoreState), maxStartDelayMs };
}

function isSavedRun(saved: JsonObject | SavedRun): saved is SavedRun {
	return saved.version === VERSION;
}

function unknownRun(saved: JsonObject): Run {
	const problem = unknownSavedRun([...new Set(taskIdsIn(saved))]);
	const planned = isObject(saved.plan) ? saved.plan.items : null;
	const items = (Array.isArray(planned) ? planned : [null]).map(
		(): PlannedItem => ({ kind: 'problem', problem }),
	);
	return { plan: { items, jobs: [] }, states: [], maxStartDelayMs: 0 };
}

/** Every version has saved task IDs under this key. */
function taskIdsIn(value: unknown): string[] {
	if (Array.isArray(value)) return value.flatMap(taskIdsIn);
	if (!isObject(value)) return [];
	return Object.entries(value).flatMap(([key, child]) =>
		key === 'taskId' && typeof child === 'string' ? [child] : taskIdsIn(child),
	);
}

function saveState(state: JobState): SavedState {
	switch (state.kind) {
		case 'parked': {
			const { lastValue, ...wait } = state.wait;
			return { kind: 'parked', wait: { ...wait, lastRecord: serializeTask(lastValue) } };
		}
		case 'done':
			return { kind: 'done', result: saveResult(state.result) };
		default:
			return state;
	}
}

function restoreState(state: SavedState): JobState {
	switch (state.kind) {
		case 'parked': {
			const { lastRecord, ...wait } = state.wait;
			return { kind: 'parked', wait: { ...wait, lastValue: restoreTask(lastRecord) } };
		}
		case 'done':
			return done(restoreResult(state.result));
		default:
			return state;
	}
}

function saveResult(result: TaskResult): SavedResult {
	switch (result.kind) {
		case 'found': {
			const { value, ...found } = result;
			return { ...found, record: value.raw };
		}
		case 'timedOut': {
			const { lastValue, ...timedOut } = result;
			return { ...timedOut, lastRecord: serializeTask(lastValue) };
		}
		default:
			return result;
	}
}

function restoreResult(result: SavedResult): TaskResult {
	switch (result.kind) {
		case 'found': {
			const { record, ...found } = result;
			return { ...found, value: parseTask(record) };
		}
		case 'timedOut': {
			const { lastRecord, ...timedOut } = result;
			return { ...timedOut, lastValue: restoreTask(lastRecord) };
		}
		default:
			return result;
	}
}

function serializeTask(task: VeoTask | null): JsonObject | null {
	return task?.raw ?? null;
}

function restoreTask(record: JsonObject | null): VeoTask | null {
	return record === null ? null : parseTask(record);
}
