import type { Callback } from '../veo/task/callback';

/**
 * What this process has received for parked executions. While n8n has no free slot, an execution that was called still
 * counts as waiting. So several calls, or a call and the time, can resume it one after the other from the same saved
 * state, and each of them would undo what the others have found. Each resumed run therefore gets the callbacks of all.
 */
const callbacksByState = new Map<string, readonly Callback[]>();

/** More parked executions than this are hardly called within the time in which they wait for a slot. */
const MAX_STATES = 1_000;

/** A saved state of an execution. No two states of one execution have the same `until`. */
export interface StateId {
	readonly executionId: string;
	readonly until: number;
}

export function remember(stateId: StateId, callback: Callback): void {
	const key = keyOf(stateId);
	const earlier = (callbacksByState.get(key) ?? []).filter(
		({ taskId, token }) => taskId !== callback.taskId || token !== callback.token,
	);
	// The last one in the map is the newest
	callbacksByState.delete(key);
	callbacksByState.set(key, [...earlier, callback]);
	const [oldest] = callbacksByState.keys();
	if (callbacksByState.size > MAX_STATES && oldest !== undefined) callbacksByState.delete(oldest);
}

export function recall(stateId: StateId): readonly Callback[] {
	return callbacksByState.get(keyOf(stateId)) ?? [];
}

function keyOf({ executionId, until }: StateId): string {
	return `${executionId} ${until}`;
}
