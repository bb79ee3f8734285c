import type { INodeProperties } from 'n8n-workflow';

import type { NumberRule } from '../parameters/number';
import { POLLING_RULES, UPGRADE_POLLING_RULES } from '../parameters/polling';
import {
	ALL_WAITS,
	PARKED_CREATIONS,
	PARKED_LATER,
	TASK_WAITS,
	displayExceptAsTool,
	showForAwaitedUpgrades,
	showForCreations,
	showForUpgrades,
} from './displayOptions';

const waitForCompletion: INodeProperties = {
	displayName: 'Wait for Completion',
	name: 'waitForCompletion',
	type: 'boolean',
	displayOptions: { show: showForCreations },
	default: true,
	description:
		'Whether to wait until the video is ready. If this is off, each item has the ID of its new task, to wait for later.',
};

const waitForUpgrade: INodeProperties = {
	...waitForCompletion,
	displayOptions: { show: showForUpgrades },
	description:
		'Whether to wait until the 1080p version is ready. If this is off, each item says whether it is ready now.',
};

const whileWaiting: INodeProperties = {
	displayName: 'While Waiting',
	name: 'whileWaiting',
	type: 'options',
	// All items share one wait, so it can't depend on an item
	noDataExpression: true,
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

const waitSettings: INodeProperties[] = [
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
		displayOptions: displayExceptAsTool(PARKED_LATER),
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
	{
		displayName: 'Wake on Callback',
		name: 'wakeOnCallback',
		type: 'boolean',
		displayOptions: displayExceptAsTool(PARKED_CREATIONS),
		default: true,
		description:
			'Whether Apikley resumes the parked execution as soon as the video is ready. For this n8n must be reachable from the internet. Checks continue in case no callback arrives.',
	},
];

const polling: INodeProperties = {
	displayName: 'Wait Settings',
	name: 'polling',
	type: 'collection',
	placeholder: 'Add wait setting',
	default: {},
	options: waitSettings,
};

const upgradeRules: Readonly<Record<string, NumberRule | undefined>> = UPGRADE_POLLING_RULES;

/** Where the setting is about the 1080p version, and not about the task. */
const UPGRADE_TEXTS: Readonly<Record<string, Pick<INodeProperties, 'description'>>> = {
	initialDelay: {
		description:
			'Time before the 1080p version is requested for the first time. It counts towards Timeout.',
	},
	interval: {
		description: 'Time between two checks of the same 1080p version, e.g. 20. Must be more than 0.',
	},
	onTimeout: {
		description: "What to do if the 1080p version isn't ready when the wait times out",
	},
	timeout: {
		description:
			'Total time to wait, e.g. 600 for 10 minutes. A last check is made when time is up.',
	},
};

/** The same with other defaults. */
const upgradePolling: INodeProperties = {
	...polling,
	displayOptions: { show: showForAwaitedUpgrades },
	options: waitSettings.map((setting) => ({
		...setting,
		...UPGRADE_TEXTS[setting.name],
		default: upgradeRules[setting.name]?.default ?? setting.default,
	})),
};

export const waitFields: INodeProperties[] = [
	waitForCompletion,
	waitForUpgrade,
	...ALL_WAITS.map((show) => ({ ...whileWaiting, displayOptions: displayExceptAsTool(show) })),
	...TASK_WAITS.map((show) => ({ ...polling, displayOptions: { show } })),
	upgradePolling,
];
