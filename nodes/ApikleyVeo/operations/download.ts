import { readDownload } from '../parameters/downloadRequest';
import type { Operation } from './operation';

export const download: Operation = {
	option: {
		name: 'Download',
		value: 'download',
		action: 'Download the videos of a video task',
		description: 'Check a task once and, if it succeeded, download its videos',
	},
	waits: false,
	downloads: 'always',
	readActions: (context, itemIndex, { byStatus }) => ({
		wait: null,
		download: readDownload(context, itemIndex, byStatus ? 'output' : 'error'),
	}),
};
