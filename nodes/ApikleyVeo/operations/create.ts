import { readOptionalDownload } from '../parameters/downloadRequest';
import { readOptionalWait } from '../parameters/polling';
import { readOnTaskFailed } from '../parameters/taskRequest';
import type { Operation } from './operation';

/** What the operations that create a task have in common. */
export const create = {
	resource: 'video',
	waits: 'optionally',
	downloads: 'optionally',
	onTaskFailed: 'error',
	readActions(context, itemIndex, mode) {
		const wait = readOptionalWait(context, itemIndex);
		return {
			wait,
			// A task that was just created has no videos yet
			download: wait === null ? null : readOptionalDownload(context, itemIndex, true),
			onTaskFailed: readOnTaskFailed(context, itemIndex, mode, 'error'),
		};
	},
} as const satisfies Partial<Operation>;
