import type { TaskResult } from '../output/outcome';
import { recordInfo } from '../veo/api/endpoints/recordInfo';
import type { ParkBarrier } from '../veo/polling/parkBarrier';
import type { Schedule } from '../veo/polling/schedule';
import { waitFor } from '../veo/polling/waitFor';
import type { WaitState } from '../veo/polling/waitFor';
import type { VeoTask } from '../veo/task/task';
import { done } from './run';
import type { JobState } from './run';
import type { Session } from './session';

/** Looks a task up once, now. */
export async function getStatus(
	{ client, clock }: Pick<Session, 'client' | 'clock'>,
	taskId: string,
): Promise<TaskResult> {
	const times = { dueAt: clock.now(), deadline: Infinity };
	const result = await client.send(recordInfo(taskId), times);
	switch (result.kind) {
		case 'success':
			return { kind: 'found', value: result.value, stats: null };
		case 'aborted':
		case 'expired':
			return { kind: 'aborted' };
		default:
			return { kind: 'failed', error: result };
	}
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
	{ client, clock, signal, parkJitterMs }: Omit<Session, 'downloader'>,
	{ taskId, schedule, wait, parkFrom, barrier }: WaitOptions,
): Promise<JobState> {
	const result = await waitFor(schedule, wait, {
		clock,
		signal,
		parkFrom,
		parkJitterMs,
		park: async (until) => await barrier.arrive(until),
		probe: async (times) => await client.send(recordInfo(taskId), times),
		isFinal: (task) => task.isFinal,
	});
	if (result.kind === 'parked') return result;
	barrier.leave();
	return done(result);
}
