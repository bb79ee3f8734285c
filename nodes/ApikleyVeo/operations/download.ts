import { readDownload } from '../parameters/downloadRequest';
import { DOWNLOAD_FIELDS, OUTPUT_FIELDS } from './operation';
import type { Operation } from './operation';

export const download: Operation = {
	option: {
		name: 'Download',
		value: 'download',
		action: 'Download the videos of a video task',
		description: 'Check a task once and, if it succeeded, download its videos',
	},
	fields: ['taskId', ...DOWNLOAD_FIELDS, ...OUTPUT_FIELDS, 'options'],
	waits: false,
	readActions: (context, itemIndex, { byStatus }) => ({
		wait: null,
		download: readDownload(context, itemIndex, byStatus ? 'output' : 'error'),
	}),
};
