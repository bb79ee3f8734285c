import type { INodeParameters } from 'n8n-workflow';

/** The shortest parked wait in seconds: n8n checks once a minute which executions are due. */
export const MIN_PARKED_INTERVAL_S = 65;

/** Wait Until Complete, parked as soon as the first lookup finds the task unfinished. */
export function parked(polling: INodeParameters = {}, more: INodeParameters = {}): INodeParameters {
	return {
		operation: 'waitUntilComplete',
		whileWaiting: 'park',
		polling: { parkAfter: 0, ...polling },
		...more,
	};
}

/** Matches the item of a task that ended while the execution was parked. */
export const endedWhileParked = (taskId: string, status = 'succeeded', lookups = 2) =>
	expect.objectContaining({
		taskId,
		status,
		wait: { lookups, waitedSeconds: expect.any(Number), timedOut: false },
	});
