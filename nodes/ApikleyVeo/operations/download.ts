import { isToolExecution } from '../n8n/toolExecution';
import { readDownload } from '../parameters/downloadRequest';
import { readOnTaskFailed } from '../parameters/taskRequest';
import type { Operation } from './operation';

export const download: Operation = {
	resource: 'videoTask',
	option: {
		name: 'Download',
		value: 'download',
		action: 'Download the videos of a video task',
		description: 'Check a task once and, if it succeeded, download its videos',
		// A tool downloads nothing
		displayOptions: { hide: { '@tool': [true] } },
	},
	fields: ['output', 'outputMode', 'options'],
	waits: 'never',
	downloads: 'always',
	onTaskFailed: 'error',
	readCreation: null,
	readActions: (context, itemIndex, mode) => ({
		wait: null,
		download: readDownload(
			context,
			itemIndex,
			mode.byStatus || isToolExecution(context) ? 'output' : 'error',
		),
		onTaskFailed: readOnTaskFailed(context, itemIndex, mode, 'error'),
	}),
};
