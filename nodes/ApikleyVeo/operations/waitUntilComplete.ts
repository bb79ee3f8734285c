import type { Session } from '../n8n/session';
import type { ParkingLot } from '../veo/waiting/parkingLot';
import type { Schedule } from '../veo/waiting/schedule';
import { waitForTask } from '../veo/waiting/wait';
import type { WaitProgress } from '../veo/waiting/wait';
import type { Standing } from './answer';

export interface TaskWait {
	readonly taskId: string;
	readonly schedule: Schedule;
	readonly progress: WaitProgress;
	/** Milliseconds since 1970: from here on the wait is parked. Infinity: it is awaited in this execution. */
	readonly parkFrom: number;
	/** Of all waits of the run. It is left at the end. */
	readonly lot: ParkingLot;
}

/** Lookups until the task has ended, the wait times out, or it is time to park. */
export async function waitUntilComplete(
	{ client, clock, signal, parkSpreadMs }: Omit<Session, 'downloads'>,
	wait: TaskWait,
): Promise<Standing> {
	const { taskId, schedule, progress, parkFrom, lot } = wait;
	const outcome = await waitForTask(schedule, progress, {
		clock,
		signal,
		parkFrom,
		parkSpreadMs,
		park: async (until) => await lot.park(until),
		lookUp: async (times) => await client.lookUp(taskId, times),
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
