import type { Callback } from '../veo/task/callback';
import type { JsonObject } from '../veo/task/coerce';
import { digest } from './digest';

/**
 * What this process has received for parked executions. While n8n has no free slot, an execution that was called still
 * counts as waiting. So several calls, or a call and the time, can resume it one after the other from the same saved
 * state, and each of them would undo what the others have found. Each resumed run therefore gets the callbacks of all.
 */
const callbacksByState = new Map<string, readonly Callback[]>();

/** More parked executions than this are hardly called within the time in which they wait for a slot. */
const MAX_STATES = 1_000;

/** A saved state of an execution. `until` can be the same as that of an earlier state of which a wait is left. */
export interface ParkedState {
	readonly executionId: string;
	readonly until: number;
	readonly state: JsonObject;
}

export function remember(parked: ParkedState, callback: Callback): void {
	const key = keyOf(parked);
	const earlier = (callbacksByState.get(key) ?? []).filter(
		({ taskId, token }) => taskId !== callback.taskId || token !== callback.token,
	);
	// The last one in the map is the newest
	callbacksByState.delete(key);
	callbacksByState.set(key, [...earlier, callback]);
	const [oldest] = callbacksByState.keys();
	if (callbacksByState.size > MAX_STATES && oldest !== undefined) callbacksByState.delete(oldest);
}

export function recall(parked: ParkedState): readonly Callback[] {
	return callbacksByState.get(keyOf(parked)) ?? [];
}

function keyOf({ executionId, until, state }: ParkedState): string {
	return digest([executionId, until, state]);
}
