import { readOptionalDownload } from '../parameters/downloadRequest';
import { readWait } from '../parameters/polling';
import { readOnTaskFailed } from '../parameters/taskRequest';
import type { Operation } from './operation';

export const waitUntilComplete: Operation = {
	resource: 'videoTask',
	option: {
		name: 'Wait Until Complete',
		value: 'waitUntilComplete',
		action: 'Wait until a video task is complete',
		description: 'Check a task repeatedly until it is complete or the wait times out',
	},
	fields: ['output', 'outputMode', 'options'],
	waits: 'always',
	downloads: 'optionally',
	onTaskFailed: 'output',
	readCreation: null,
	readActions: (context, itemIndex, mode) => ({
		wait: readWait(context, itemIndex),
		download: readOptionalDownload(context, itemIndex, false),
		onTaskFailed: readOnTaskFailed(context, itemIndex, mode, 'output'),
	}),
};
