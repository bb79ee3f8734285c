import type { Session } from './session';
import type { ParkBarrier } from '../veo/polling/parkBarrier';
import type { Schedule } from '../veo/polling/schedule';
import { waitFor } from '../veo/polling/waitFor';
import type { WaitState } from '../veo/polling/waitFor';
import type { JobState } from './jobs';

export interface WaitOptions {
	readonly taskId: string;
	readonly schedule: Schedule;
	readonly wait: WaitState;
	/** Milliseconds since 1970: from here on the wait is parked. Infinity: it is awaited in this execution. */
	readonly parkFrom: number;
	/** Of all waits of the run. It is left at the end. */
	readonly barrier: ParkBarrier;
}

/** Lookups until the task has ended, the wait times out, or it is time to park. */
export async function waitUntilComplete(
	{ client, clock, signal, parkJitterMs: parkSpreadMs }: Omit<Session, 'downloads'>,
	wait: WaitOptions,
): Promise<JobState> {
	const { taskId, schedule, wait: progress, parkFrom, barrier: lot } = wait;
	const outcome = await waitFor(schedule, progress, {
		clock,
		signal,
		parkFrom,
		parkJitterMs: parkSpreadMs,
		park: async (until) => await lot.arrive(until),
		probe: async (times) => await client.lookUp(taskId, times),
	});
	if (outcome.kind !== 'parked') lot.leave();
	switch (outcome.kind) {
		case 'ended': {
			const { task, record } = outcome;
			return { kind: 'known', task, wait: record, timedOut: false, trouble: null, videos: null };
		}
		case 'timedOut': {
			const { lastTask: task, lastTrouble: trouble, record } = outcome;
			return { kind: 'known', task, wait: record, timedOut: true, trouble, videos: null };
		}
		case 'failed':
			return { kind: 'failed', lookup: outcome.lookup };
		case 'parked':
		case 'aborted':
			return outcome;
		default:
			return outcome satisfies never;
	}
}
