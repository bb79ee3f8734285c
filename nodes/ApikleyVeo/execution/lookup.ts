import type { TaskResult } from '../output/outcome';
import type { Session } from './session';

/** One lookup, now. */
export async function getStatus(
	{ client, clock }: Pick<Session, 'client' | 'clock'>,
	taskId: string,
): Promise<TaskResult> {
	const lookup = await client.lookUp(taskId, { dueAt: clock.now(), deadline: Infinity });
	switch (lookup.kind) {
		case 'task':
			return {
				kind: 'known',
				task: lookup.task,
				wait: null,
				timedOut: false,
				trouble: null,
				videos: null,
			};
		case 'aborted':
		case 'expired':
			return { kind: 'aborted' };
		default:
			return { kind: 'failed', lookup };
	}
}
