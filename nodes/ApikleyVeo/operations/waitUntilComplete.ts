import { readDownload, readDownloadVideos } from '../parameters/downloadRequest';
import { readWait } from '../parameters/polling';
import { readOnTaskFailed } from '../parameters/taskRequest';
import type { Operation } from './operation';

export const waitUntilComplete: Operation = {
	option: {
		name: 'Wait Until Complete',
		value: 'waitUntilComplete',
		action: 'Wait until a video task is complete',
		description: 'Check a task repeatedly until it is complete or the wait times out',
	},
	waits: true,
	downloads: 'optionally',
	onTaskFailed: 'output',
	readCreation: null,
	readActions: (context, itemIndex, mode) => ({
		wait: readWait(context, itemIndex),
		// On Timeout already decides about an unfinished task
		download: readDownloadVideos(context, itemIndex)
			? readDownload(context, itemIndex, 'output')
			: null,
		onTaskFailed: readOnTaskFailed(context, itemIndex, mode, 'output'),
	}),
};
