import type { Finding } from '../items/outcome';
import type { Session } from '../n8n/session';
import type { TaskRequest } from '../settings/request';
import type { Schedule } from '../veo/waiting/schedule';
import { waitForTask } from '../veo/waiting/wait';

/** Lookups until the task has ended or the wait times out, inside the running execution. */
export async function waitUntilComplete(
	session: Session,
	request: TaskRequest,
	schedule: Schedule,
): Promise<Finding> {
	const { client, clock, signal } = session;
	const outcome = await waitForTask(schedule, {
		clock,
		signal,
		lookUp: async (times) => await client.lookUp(request.taskId, times),
	});
	const { record: wait } = outcome;
	switch (outcome.kind) {
		case 'ended':
			return { kind: 'known', task: outcome.task, wait, timedOut: false, trouble: null };
		case 'timedOut':
			return {
				kind: 'known',
				task: outcome.lastTask,
				wait,
				timedOut: true,
				trouble: outcome.lastTrouble,
			};
		case 'failed':
		case 'aborted':
			return outcome;
		default:
			return outcome satisfies never;
	}
}
