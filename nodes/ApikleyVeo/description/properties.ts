import type { INodeProperties } from 'n8n-workflow';

import { operations } from '../operations';
import { OPTION_RULES } from '../parameters/options';
import { POLLING_RULES } from '../parameters/polling';
import {
	displayExceptAsTool,
	displayForFailedTask,
	showForVideoTask,
	showForWait,
} from './displayOptions';
import { downloadFields, downloadOptions, downloadVideos } from './downloadProperties';

const resource: INodeProperties = {
	displayName: 'Resource',
	name: 'resource',
	type: 'options',
	noDataExpression: true,
	options: [{ name: 'Video Task', value: 'videoTask' }],
	default: 'videoTask',
};

const operation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: showForVideoTask },
	options: operations.map(({ option }) => option),
	default: 'getStatus',
};

const taskId: INodeProperties = {
	displayName: 'Task ID',
	name: 'taskId',
	type: 'string',
	required: true,
	displayOptions: { show: showForVideoTask },
	default: '',
	placeholder: 'e.g. veo_task_abcdef123456',
	description:
		'ID that Apikley returned when the task was created. Tasks and their videos are kept for 14 days.',
};

const whileWaiting: INodeProperties = {
	displayName: 'While Waiting',
	name: 'whileWaiting',
	type: 'options',
	// All items share one wait, so it can't depend on an item
	noDataExpression: true,
	displayOptions: displayExceptAsTool(showForWait),
	options: [
		{
			name: 'Keep Running',
			value: 'keepRunning',
			description: 'The execution keeps running. Best for waits of a few minutes.',
		},
		{
			name: 'Park the Execution',
			value: 'park',
			description:
				'The execution is saved and frees its slot. It survives a restart. Best for long waits.',
		},
	],
	default: 'keepRunning',
	description:
		'What the execution does until the tasks are complete. A parked execution shows as Waiting and continues by itself.',
};

const polling: INodeProperties = {
	displayName: 'Wait Settings',
	name: 'polling',
	type: 'collection',
	placeholder: 'Add wait setting',
	displayOptions: { show: showForWait },
	default: {},
	options: [
		{
			displayName: 'Backoff Factor',
			name: 'backoffFactor',
			type: 'number',
			typeOptions: { minValue: POLLING_RULES.backoffFactor.min },
			default: 1,
			description: 'Multiplies the interval after each check, e.g. 1.5. 1 keeps it constant.',
		},
		{
			displayName: 'Initial Delay (Seconds)',
			name: 'initialDelay',
			type: 'number',
			typeOptions: { minValue: POLLING_RULES.initialDelay.min },
			default: 0,
			description:
				'Time before the first check, e.g. 60 for tasks that were just created. It counts towards Timeout.',
		},
		{
			displayName: 'Interval (Seconds)',
			name: 'interval',
			type: 'number',
			typeOptions: { minValue: POLLING_RULES.interval.min },
			default: 10,
			description: 'Time between two checks of the same task, e.g. 10. Must be more than 0.',
		},
		{
			displayName: 'Max Interval (Seconds)',
			name: 'maxInterval',
			type: 'number',
			typeOptions: { minValue: POLLING_RULES.maxInterval.min },
			default: 60,
			description: 'Longest time between two checks. Only matters if Backoff Factor is above 1.',
		},
		{
			displayName: 'On Timeout',
			name: 'onTimeout',
			type: 'options',
			options: [
				{
					name: 'Throw an Error',
					value: 'error',
					description: 'Fail the item with an error that names the task',
				},
				{
					name: 'Output the Item',
					value: 'output',
					description: 'Pass the item on with its last known status and wait.timedOut set to true',
				},
			],
			default: 'error',
			description: "What to do if the task isn't complete when the wait times out",
		},
		{
			displayName: 'Park After (Seconds)',
			name: 'parkAfter',
			type: 'number',
			typeOptions: { minValue: POLLING_RULES.parkAfter.min },
			displayOptions: displayExceptAsTool({ '/whileWaiting': ['park'] }),
			default: 60,
			description:
				'Time to wait in memory before the execution is parked, e.g. 60. While parked, checks are at least 65 seconds apart.',
		},
		{
			displayName: 'Timeout (Seconds)',
			name: 'timeout',
			type: 'number',
			typeOptions: { minValue: POLLING_RULES.timeout.min },
			default: 900,
			description:
				'Total time to wait, e.g. 900 for 15 minutes. A last check is made when time is up.',
		},
	],
};

const failedTask: INodeProperties = {
	displayName: 'If a Task Failed',
	name: 'failedTask',
	type: 'options',
	displayOptions: displayForFailedTask('output'),
	options: [
		{
			name: 'Output the Item',
			value: 'output',
			description: 'Pass the item on with status "failed" and the reason',
		},
		{
			name: 'Throw an Error',
			value: 'error',
			description:
				"Fail the item with the reason. The node's On Error setting decides what happens next.",
		},
	],
	default: 'output',
	description: 'What to do with a task that failed (successFlag 2 or 3)',
};

/** The same with another default, which n8n takes from the field that is shown. */
const failedDownload: INodeProperties = {
	...failedTask,
	displayOptions: displayForFailedTask('error'),
	default: 'error',
};

const output: INodeProperties = {
	displayName: 'Output Format',
	name: 'output',
	type: 'options',
	displayOptions: { show: showForVideoTask },
	options: [
		{
			name: 'Structured',
			value: 'structured',
			description: 'Always the same fields, such as status, successFlag, fallbackFlag and videoUrl',
		},
		{
			name: 'Raw',
			value: 'raw',
			description: "The API's own data object, unchanged",
		},
	],
	default: 'structured',
	description: 'What each item contains',
};

const outputMode: INodeProperties = {
	displayName: 'Outputs',
	name: 'outputMode',
	type: 'options',
	// The outputs on the canvas depend on it, so it can't depend on an item
	noDataExpression: true,
	displayOptions: displayExceptAsTool(showForVideoTask),
	options: [
		{
			name: 'Single',
			value: 'single',
			description: 'One output for all items, to branch on with a Switch or If node',
		},
		{
			name: 'By Status',
			value: 'byStatus',
			description: 'Three outputs: Succeeded, Failed and Pending',
		},
	],
	default: 'single',
	description: 'Whether items leave through one output or through one for each status',
};

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	displayOptions: { show: showForVideoTask },
	default: {},
	options: [
		{
			displayName: 'Max Concurrency',
			name: 'maxConcurrency',
			type: 'number',
			typeOptions: { minValue: OPTION_RULES.maxConcurrency.min, numberPrecision: 0 },
			default: 10,
			description:
				'How many status checks may run at once, across all items. The same number of downloads may run alongside.',
		},
		...downloadOptions,
		{
			displayName: 'Max Retries',
			name: 'maxRetries',
			type: 'number',
			typeOptions: { minValue: OPTION_RULES.maxRetries.min, numberPrecision: 0 },
			default: 5,
			description:
				'How often to retry a check or a download if the network fails or the server is busy. Pauses grow from 1 to 30 seconds. A download resumes where it stopped, if its host allows that.',
		},
		{
			displayName: 'Request Timeout (Seconds)',
			name: 'requestTimeout',
			type: 'number',
			typeOptions: { minValue: OPTION_RULES.requestTimeout.min },
			default: 30,
			description:
				'Time after which a single request fails. A download may take longer, but fails if no data arrives for that long.',
		},
		{
			displayName: 'Requests per Second',
			name: 'requestsPerSecond',
			type: 'number',
			typeOptions: { minValue: OPTION_RULES.requestsPerSecond.min },
			default: 0,
			description:
				"Most status checks per second, across all items. 0 means no limit. Doesn't apply to downloads.",
		},
	],
};

/** The panel, from top to bottom: what is looked up, the files, the wait, the outputs, the options. */
export const properties: INodeProperties[] = [
	resource,
	operation,
	taskId,
	downloadVideos,
	...downloadFields,
	whileWaiting,
	polling,
	failedTask,
	failedDownload,
	output,
	outputMode,
	options,
];
