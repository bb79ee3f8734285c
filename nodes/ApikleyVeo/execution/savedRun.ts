import { unknownSavedRun } from '../errors/lookupProblems';
import type { Callback } from '../veo/task/callback';
import { isObject } from '../veo/task/coerce';
import type { JsonObject } from '../veo/task/coerce';
import { parseTask } from '../veo/task/task';
import { parseUpgrade } from '../veo/task/upgrade';
import type { PlannedItem } from './plan';
import type { JobState, Run } from './run';

/** Goes up with every change that an older version of the node could not restore. */
const VERSION = 2;

/** Restored like the present version: what was added since may be absent. */
const FORMER_VERSIONS: readonly unknown[] = [1];

/**
 * A run as plain data, with each task as the record that it was parsed from. n8n saves it while the execution is parked,
 * and may resume it under a newer version of the node.
 */
export interface SavedRun extends Omit<Run, 'states'> {
	readonly version: typeof VERSION;
	readonly states: ReadonlyArray<JobState<JsonObject>>;
}

export function saveRun(run: Run): SavedRun {
	const states = run.states.map((state) => mapTask(state, ({ raw }) => raw));
	return { version: VERSION, ...run, states };
}

/**
 * Restores a run from what `saveRun` returned. If another version of the node saved it in a form that is unknown here,
 * each of its items gets a problem that names the tasks.
 */
export function restoreRun(saved: JsonObject): Run {
	if (!isSavedRun(saved)) return unknownRun(saved);
	const { plan, states, maxStartDelayMs } = saved;
	const restored = states.map((state, index) => {
		const isUpgrade = (plan.jobs[index]?.videoIndex ?? null) !== null;
		return mapTask(state, isUpgrade ? parseUpgrade : parseTask);
	});
	return { plan, states: restored, maxStartDelayMs };
}

/** Whether a saved run still waits for the task that a callback names. */
export function awaits(saved: JsonObject, { taskId, token }: Callback): boolean {
	if (!isSavedRun(saved)) return false;
	const { plan, states } = saved;
	if (plan.items.some((item) => item.kind === 'uncertain' && item.token === token)) return true;
	return plan.jobs.some((job, index) => job.taskId === taskId && states[index]?.kind === 'parked');
}

function isSavedRun(saved: JsonObject | SavedRun): saved is SavedRun {
	return saved.version === VERSION || FORMER_VERSIONS.includes(saved.version);
}

function mapTask<From, To>(state: JobState<From>, map: (task: From) => To): JobState<To> {
	const mapLast = (task: From | null) => (task === null ? null : map(task));
	if (state.kind === 'parked') {
		return { ...state, wait: { ...state.wait, lastValue: mapLast(state.wait.lastValue) } };
	}
	if (state.kind === 'new') return state;
	const { result } = state;
	switch (result.kind) {
		case 'found':
			return { ...state, result: { ...result, value: map(result.value) } };
		case 'timedOut':
			return { ...state, result: { ...result, lastValue: mapLast(result.lastValue) } };
		case 'failed': {
			const { kind, error, isKnown, stats } = result;
			// Nothing needs the last value once the wait is over
			return { ...state, result: { kind, error, isKnown, stats } };
		}
		default:
			return { ...state, result };
	}
}

function unknownRun(saved: JsonObject): Run {
	const problem = unknownSavedRun([...new Set(taskIdsIn(saved))]);
	const planned = isObject(saved.plan) ? saved.plan.items : null;
	const items = (Array.isArray(planned) ? planned : [null]).map(
		(): PlannedItem => ({ kind: 'problem', problem }),
	);
	return { plan: { items, jobs: [] }, states: [], maxStartDelayMs: 0 };
}

/** Every version saves task IDs under this key. */
function taskIdsIn(value: unknown): string[] {
	if (Array.isArray(value)) return value.flatMap(taskIdsIn);
	if (!isObject(value)) return [];
	return Object.entries(value).flatMap(([key, child]) =>
		key === 'taskId' && typeof child === 'string' && child !== '' ? [child] : taskIdsIn(child),
	);
}
