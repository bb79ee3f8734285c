import type { INodeParameters } from 'n8n-workflow';

import type { NodeSpec } from '../n8n-harness/workflows.mjs';
import type { TaskScript } from '../simulator/task-script.mjs';

/** A workflow of the snapshot. Together they set every parameter once to its default and once to another value. */
export interface SnapshotWorkflow {
	readonly parameters: INodeParameters;
	readonly node?: Partial<NodeSpec>;
	readonly tasks: readonly TaskScript[];
}

/** Makes the results independent of the day and the machine. */
const FIXED: Partial<TaskScript> = {
	videos: 2,
	aspectRatio: '9:16',
	data: { createTime: '2026-01-02T03:04:05Z' },
	endData: { createTime: '2026-01-02T03:04:05Z', completeTime: '2026-01-02 03:05:35' },
};

const endedTasks = (prefix: string, durationLookups = 0): TaskScript[] => [
	{ ...FIXED, taskId: `${prefix} good`, durationLookups },
	{
		...FIXED,
		taskId: `${prefix} failed`,
		durationLookups,
		ending: { kind: 'failed', successFlag: 2, errorCode: 400 },
	},
];

/** A task of each kind. */
const allTasks = (prefix: string, durationLookups = 0): TaskScript[] => [
	...endedTasks(prefix, durationLookups),
	{ ...FIXED, taskId: `${prefix} endless`, ending: { kind: 'never' } },
];

const OPTIONS = { maxConcurrency: 2, maxRetries: 1, requestTimeout: 7.5, requestsPerSecond: 50 };

const DOWNLOAD = {
	downloadSource: 'originUrls',
	binaryProperty: 'video',
	options: { ...OPTIONS, maxDownloadSize: 0.5 },
};

const POLLING = {
	initialDelay: 0.2,
	interval: 0.3,
	backoffFactor: 1.5,
	maxInterval: 0.5,
	timeout: 3,
	onTimeout: 'output',
};

const WITH_ERROR_OUTPUT = { onError: 'continueErrorOutput' } as const;

/** Workflows by the name of their file. Those of all versions run at the same time, so each version has its own tasks. */
export function snapshotWorkflows(version: string): Readonly<Record<string, SnapshotWorkflow>> {
	const of = (name: string) => `${version} ${name}`;
	return {
		'as-created': {
			parameters: {},
			node: { onError: 'continueRegularOutput' },
			tasks: allTasks(of('as created')),
		},
		'get-status': {
			parameters: { failedTask: 'error', outputMode: 'byStatus', options: OPTIONS },
			node: WITH_ERROR_OUTPUT,
			tasks: allTasks(of('looked up')),
		},
		download: {
			parameters: { operation: 'download', outputMode: 'byStatus', ...DOWNLOAD },
			node: WITH_ERROR_OUTPUT,
			tasks: allTasks(of('downloaded')),
		},
		raw: {
			parameters: { operation: 'waitUntilComplete', output: 'raw', polling: { interval: 5 } },
			node: WITH_ERROR_OUTPUT,
			tasks: endedTasks(of('raw'), 1),
		},
		'keep-running': {
			parameters: {
				operation: 'waitUntilComplete',
				polling: POLLING,
				outputMode: 'byStatus',
				...DOWNLOAD,
				downloadVideos: true,
			},
			node: WITH_ERROR_OUTPUT,
			tasks: allTasks(of('waited for'), 2),
		},
		parked: {
			parameters: {
				operation: 'waitUntilComplete',
				whileWaiting: 'park',
				polling: { ...POLLING, initialDelay: 0, parkAfter: 0, timeout: 66 },
				outputMode: 'byStatus',
				options: OPTIONS,
			},
			node: WITH_ERROR_OUTPUT,
			tasks: allTasks(of('parked'), 1),
		},
	};
}
