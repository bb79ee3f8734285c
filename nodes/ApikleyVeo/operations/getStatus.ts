import { readOnTaskFailed } from '../parameters/taskRequest';
import type { Operation } from './operation';

export const getStatus: Operation = {
	resource: 'videoTask',
	option: {
		name: 'Get Status',
		value: 'getStatus',
		action: 'Get the status of a video task',
		description: "Check a task's status once",
	},
	fields: ['output', 'outputMode', 'options'],
	waits: 'never',
	downloads: 'never',
	onTaskFailed: 'output',
	readCreation: null,
	readActions: (context, itemIndex, mode) => ({
		wait: null,
		download: null,
		onTaskFailed: readOnTaskFailed(context, itemIndex, mode, 'output'),
	}),
};
