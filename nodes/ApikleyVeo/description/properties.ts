import type { INodeProperties } from 'n8n-workflow';

import { operations } from '../operations';
import type { Resource } from '../operations/operation';
import { OPTION_RULES } from '../parameters/options';
import { VIDEO_INDEX_RULE } from '../parameters/videoIndex';
import {
	FAILED_TASKS,
	SEVERAL_REQUESTS,
	displayAsTool,
	displayExceptAsTool,
	showForField,
	showForLookups,
	showForOperation,
	showForUpgrades,
} from './displayOptions';
import { downloadFields, downloadOptions } from './downloadProperties';
import { generationFields } from './generationProperties';
import { waitFields } from './waitProperties';

const resource: INodeProperties = {
	displayName: 'Resource',
	name: 'resource',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Video', value: 'video' },
		{ name: 'Video Task', value: 'videoTask' },
		{ name: 'Account', value: 'account' },
	],
	default: 'videoTask',
};

/** By resource: n8n takes the default of the field that is shown. */
const DEFAULT_OPERATIONS: Readonly<Record<Resource, string>> = {
	video: 'generate',
	videoTask: 'getStatus',
	account: 'getCredits',
};

const operationFields = Object.entries(DEFAULT_OPERATIONS).map(
	([of, byDefault]): INodeProperties => ({
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [of] } },
		options: operations.filter((each) => each.resource === of).map(({ option }) => option),
		default: byDefault,
	}),
);

const taskId: INodeProperties = {
	displayName: 'Task ID',
	name: 'taskId',
	type: 'string',
	required: true,
	displayOptions: { show: showForLookups },
	default: '',
	placeholder: 'e.g. veo_task_abcdef123456',
	description:
		'ID that Apikley returned when the task was created. Tasks and their videos are kept for 14 days.',
};

const extendedTaskId: INodeProperties = {
	...taskId,
	displayOptions: { show: showForOperation('extend') },
	description:
		"ID of the task whose video is continued. It must have succeeded in the last 14 days. A task that has a 1080p version can't be extended.",
};

const upgradedTaskId: INodeProperties = {
	...taskId,
	displayOptions: { show: showForUpgrades },
	description:
		'ID of the task whose video you want in 1080p. It must have succeeded in the last 14 days, in 16:9 and without the fallback model.',
};

const upgradeNotice: INodeProperties = {
	displayName:
		"The 1080p version may cost credits, and the task can't be extended afterwards. If you want to extend it, do that first.",
	name: 'upgradeNotice',
	type: 'notice',
	displayOptions: { show: showForUpgrades },
	default: '',
};

const videoIndex: INodeProperties = {
	displayName: 'Video Index',
	name: 'videoIndex',
	type: 'number',
	typeOptions: { minValue: VIDEO_INDEX_RULE.min, numberPrecision: 0 },
	displayOptions: { show: showForField('videoIndex') },
	default: 0,
	description: "Which of the task's videos you want, counted from 0. Most tasks have only one.",
};

const failedTask: INodeProperties = {
	displayName: 'If a Task Failed',
	name: 'failedTask',
	type: 'options',
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

/** By status a failed task always leaves on Failed. As a tool the node has one output, whatever is left over in Outputs. */
const failedTasks = FAILED_TASKS.flatMap(({ byDefault, show }) => [
	{
		...failedTask,
		displayOptions: { show, hide: { outputMode: ['byStatus'], '@tool': [true] } },
		default: byDefault,
	},
	{ ...failedTask, displayOptions: displayAsTool(show), default: byDefault },
]);

const output: INodeProperties = {
	displayName: 'Output Format',
	name: 'output',
	type: 'options',
	displayOptions: { show: showForField('output') },
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
	// Also for an operation that only another version has: its items must leave where the canvas shows it
	displayOptions: displayExceptAsTool({ resource: showForField('outputMode').resource }),
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
	displayOptions: { show: showForField('options') },
	default: {},
	options: [
		{
			displayName: 'Max Concurrency',
			name: 'maxConcurrency',
			type: 'number',
			typeOptions: { minValue: OPTION_RULES.maxConcurrency.min, numberPrecision: 0 },
			// A tool has one item
			displayOptions: displayExceptAsTool(SEVERAL_REQUESTS),
			default: 10,
			description:
				'How many requests to the API may run at once, across all items. The same number of downloads may run alongside.',
		},
		...downloadOptions,
		{
			displayName: 'Max Retries',
			name: 'maxRetries',
			type: 'number',
			typeOptions: { minValue: OPTION_RULES.maxRetries.min, numberPrecision: 0 },
			default: 5,
			description:
				'How often to retry a request if the network fails or the server is busy. Pauses grow from 1 to 30 seconds. A request that may have created a task is never retried. A download resumes where it stopped, if its host allows that.',
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
			displayOptions: { show: SEVERAL_REQUESTS },
			default: 0,
			description:
				"Most requests to the API per second, across all items. 0 means no limit. Doesn't apply to downloads.",
		},
	],
};

/** The panel, from top to bottom: what is made or looked up, the files, the wait, the outputs, the options. */
export const properties: INodeProperties[] = [
	resource,
	...operationFields,
	upgradeNotice,
	taskId,
	extendedTaskId,
	upgradedTaskId,
	videoIndex,
	...generationFields,
	...downloadFields,
	...waitFields,
	...failedTasks,
	output,
	outputMode,
	options,
];
