import type { TaskResult } from '../output/outcome';
import { recordInfo } from '../veo/api/endpoints/recordInfo';
import type { ParkBarrier } from '../veo/polling/parkBarrier';
import type { Schedule } from '../veo/polling/schedule';
import { initialWaitState, waitFor } from '../veo/polling/waitFor';
import type { WaitPorts, WaitState } from '../veo/polling/waitFor';
import { isComplete } from '../veo/task/task';
import type { VeoTask } from '../veo/task/task';
import { done } from './run';
import type { JobState } from './run';
import type { Session } from './session';

/** Looks a task up once, now or, if the limits or the API don't allow it yet, within the timeout. */
export async function getStatus(
	{ client, clock }: Pick<Session, 'client' | 'clock'>,
	taskId: string,
	timeoutMs = Infinity,
): Promise<TaskResult> {
	const now = clock.now();
	const times = { dueAt: now, deadline: now + timeoutMs };
	const result = await client.send(recordInfo(taskId), times);
	switch (result.kind) {
		case 'success':
			return { kind: 'found', value: result.value, stats: null };
		case 'aborted':
		case 'expired':
			return { kind: 'aborted' };
		default:
			return { kind: 'failed', error: result, isKnown: false, stats: null };
	}
}

/** A record can say that a task succeeded some seconds before it names the videos. */
const COMPLETION: Schedule = {
	initialDelayMs: 5_000,
	intervalMs: 5_000,
	backoffFactor: 1,
	maxIntervalMs: 5_000,
	timeoutMs: 60_000,
};

/** Looks a task up once or, if it succeeded and its record names no video yet, for up to a minute. */
export async function getCompleteStatus(
	session: Omit<Session, 'downloader'>,
	taskId: string,
): Promise<TaskResult> {
	const result = await getStatus(session, taskId);
	if (result.kind !== 'found' || !result.value.isFinal || isComplete(result.value)) return result;
	const waited = await waitFor(COMPLETION, initialWaitState(COMPLETION, session.clock.date()), {
		...pollPorts(session, taskId),
		parkFrom: Infinity,
		park: async () => await Promise.resolve(false),
	});
	if (waited.kind === 'found') return { ...waited, stats: null };
	return waited.kind === 'aborted' ? waited : result;
}

function pollPorts(
	{ client, clock, signal, parkJitterMs }: Omit<Session, 'downloader'>,
	taskId: string,
): Omit<WaitPorts<VeoTask>, 'park' | 'parkFrom'> {
	return {
		clock,
		signal,
		parkJitterMs,
		probe: async (times) => await client.send(recordInfo(taskId), times),
		isFinal: (task) => task.isFinal,
		isComplete,
	};
}

export interface WaitOptions {
	readonly taskId: string;
	readonly schedule: Schedule;
	readonly wait: WaitState<VeoTask>;
	/** Milliseconds since 1970 from when the wait is parked. Infinity: it stays in memory. */
	readonly parkFrom: number;
	/** Shared by all waits of the run. This one leaves it at its end. */
	readonly barrier: ParkBarrier;
}

/** Looks a task up until it is complete, the wait times out, or it is parked. */
export async function waitUntilComplete(
	session: Omit<Session, 'downloader'>,
	{ taskId, schedule, wait, parkFrom, barrier }: WaitOptions,
): Promise<JobState> {
	const result = await waitFor(schedule, wait, {
		...pollPorts(session, taskId),
		parkFrom,
		park: async (until) => await barrier.arrive(until),
	});
	if (result.kind === 'parked') return result;
	barrier.leave();
	return done(result);
}
