import type { INodeProperties } from 'n8n-workflow';

import { OPTION_RULES, POLLING_RULES } from '../parameters/options';
import { downloadFields, downloadOptions, downloadVideos } from './downloadProperties';
import { showForVideoTask, showForWait } from './displayOptions';

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
	options: [
		{
			name: 'Download',
			value: 'download',
			action: 'Download the videos of a video task',
			description: 'Look up once how a task stands, and download the videos if it succeeded',
		},
		{
			name: 'Get Status',
			value: 'getStatus',
			action: 'Get the status of a video task',
			description: 'Look up once how a task stands',
		},
		{
			name: 'Wait Until Complete',
			value: 'waitUntilComplete',
			action: 'Wait until a video task is complete',
			description: 'Look up again and again until a task has ended, or the wait times out',
		},
	],
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
		'ID that Apikley gave when the task was created. Tasks and their videos are kept for 14 days.',
};

const whileWaiting: INodeProperties = {
	displayName: 'While Waiting',
	name: 'whileWaiting',
	type: 'options',
	// One wait for all items, so it can't depend on an item.
	noDataExpression: true,
	displayOptions: { show: showForWait },
	options: [
		{
			name: 'Keep Running',
			value: 'keepRunning',
			description: 'The execution waits in memory. For waits of some minutes.',
		},
		{
			name: 'Park the Execution',
			value: 'park',
			description:
				"Saved in n8n's database, it holds no execution slot and lives through a restart. For long waits.",
		},
	],
	default: 'keepRunning',
	description:
		'What the execution does until the tasks have ended. A parked one shows as Waiting, also in the editor, and goes on by itself.',
};

const polling: INodeProperties = {
	displayName: 'Polling',
	name: 'polling',
	type: 'collection',
	placeholder: 'Add polling option',
	displayOptions: { show: showForWait },
	default: {},
	options: [
		{
			displayName: 'Backoff Factor',
			name: 'backoffFactor',
			type: 'number',
			typeOptions: { minValue: POLLING_RULES.backoffFactor.least },
			default: 1,
			description:
				'What the gap is multiplied by after each lookup, e.g. 1.5. With 1 all gaps are as long as Interval.',
		},
		{
			displayName: 'Initial Delay',
			name: 'initialDelay',
			type: 'number',
			typeOptions: { minValue: POLLING_RULES.initialDelay.least },
			default: 0,
			description:
				'Seconds before the first lookup, e.g. 60 for tasks that were only just created. It counts towards Timeout.',
		},
		{
			displayName: 'Interval',
			name: 'interval',
			type: 'number',
			typeOptions: { minValue: POLLING_RULES.interval.least },
			default: 10,
			description: 'Seconds between two lookups of a task, e.g. 10. More than 0.',
		},
		{
			displayName: 'Max Interval',
			name: 'maxInterval',
			type: 'number',
			typeOptions: { minValue: POLLING_RULES.maxInterval.least },
			default: 60,
			description: 'Seconds beyond which Backoff Factor lets no gap grow, e.g. 60',
		},
		{
			displayName: 'On Timeout',
			name: 'onTimeout',
			type: 'options',
			options: [
				{
					name: 'Throw an Error',
					value: 'error',
					description: 'The item fails with an error that names the task',
				},
				{
					name: 'Output the Item',
					value: 'output',
					description: 'The item goes on with its last known status and wait.timedOut set to true',
				},
			],
			default: 'error',
			description: 'What to do if the task has not ended when Timeout is over',
		},
		{
			displayName: 'Park After',
			name: 'parkAfter',
			type: 'number',
			typeOptions: { minValue: POLLING_RULES.parkAfter.least },
			displayOptions: { show: { '/whileWaiting': ['park'] } },
			default: 60,
			description:
				'Seconds to wait in memory before the execution is parked, e.g. 60. While parked, lookups are at least 65 seconds apart.',
		},
		{
			displayName: 'Timeout',
			name: 'timeout',
			type: 'number',
			typeOptions: { minValue: POLLING_RULES.timeout.least },
			default: 900,
			description:
				'Seconds to wait altogether, e.g. 900 for 15 minutes. The last lookup is made when they are over.',
		},
	],
};

const failedTask: INodeProperties = {
	displayName: 'If a Task Failed',
	name: 'failedTask',
	type: 'options',
	displayOptions: { show: showForVideoTask },
	options: [
		{
			name: 'Output the Item',
			value: 'output',
			description: 'The item goes on with status "failed" and the reason, to branch on',
		},
		{
			name: 'Throw an Error',
			value: 'error',
			description:
				'The item fails with the reason. The On Error setting of this node says what follows.',
		},
	],
	default: 'output',
	description: 'What to do with a task that ended in failure (successFlag 2 or 3)',
};

const output: INodeProperties = {
	displayName: 'Output',
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
			description: "The API's own data object, untouched",
		},
	],
	default: 'structured',
	description: 'What each item holds',
};

const outputMode: INodeProperties = {
	displayName: 'Output Mode',
	name: 'outputMode',
	type: 'options',
	// The outputs on the canvas depend on it, so it can't depend on an item.
	noDataExpression: true,
	displayOptions: { show: showForVideoTask },
	options: [
		{
			name: 'Single',
			value: 'single',
			description: 'One output for all items, to branch on with a Switch or If node',
		},
		{
			name: 'By Status',
			value: 'byStatus',
			description: 'Three outputs: Succeeded, Failed and Still Generating',
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
			typeOptions: { minValue: OPTION_RULES.maxConcurrency.least, numberPrecision: 0 },
			default: 10,
			description:
				'Requests under way at the same time, all items together, e.g. 10. As many downloads may be under way beside them.',
		},
		...downloadOptions,
		{
			displayName: 'Max Retries',
			name: 'maxRetries',
			type: 'number',
			typeOptions: { minValue: OPTION_RULES.maxRetries.least, numberPrecision: 0 },
			default: 5,
			description:
				'How often a lookup or a download is tried again if the network fails or the server is busy, e.g. 5. Pauses grow from 1 to 30 seconds. A download goes on where it stopped, if its host can do that.',
		},
		{
			displayName: 'Request Timeout',
			name: 'requestTimeout',
			type: 'number',
			typeOptions: { minValue: OPTION_RULES.requestTimeout.least },
			default: 30,
			description:
				'Seconds after which a single request counts as failed, e.g. 30. A download may take longer, but fails if nothing comes for so long.',
		},
		{
			displayName: 'Requests per Second',
			name: 'requestsPerSecond',
			type: 'number',
			typeOptions: { minValue: OPTION_RULES.requestsPerSecond.least },
			default: 0,
			description:
				'Lookups started in a second, all items together, e.g. 5. 0 for no limit. Does not hold for downloads.',
		},
	],
};

/** The panel, from top to bottom. */
export const fields: INodeProperties[] = [
	resource,
	operation,
	taskId,
	whileWaiting,
	polling,
	downloadVideos,
	...downloadFields,
	failedTask,
	output,
	outputMode,
	options,
];
