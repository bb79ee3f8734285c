import { OUTPUT_FIELDS } from './operation';
import type { Operation } from './operation';

export const getStatus: Operation = {
	option: {
		name: 'Get Status',
		value: 'getStatus',
		action: 'Get the status of a video task',
		description: "Check a task's status once",
	},
	fields: ['taskId', ...OUTPUT_FIELDS, 'options'],
	waits: false,
	readActions: () => ({ wait: null, download: null }),
};
