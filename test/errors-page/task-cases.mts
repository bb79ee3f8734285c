import type { ErrorCase } from './error-case.mjs';

const failing = { failedTask: 'error' };

/** How a task ended, where that is an error. */
export const TASK_CASES: readonly ErrorCase[] = [
	{
		title: 'The task failed: rejected (errorCode 400)',
		about: 'Only with If a Task Failed set to Throw an Error; else it is an item to branch on.',
		picture: 'task-failed',
		parameters: failing,
		task: { ending: { kind: 'failed', successFlag: 2, errorCode: 400 } },
	},
	{
		title: 'The task failed: the provider (errorCode 500, 501)',
		about: 'Only with If a Task Failed set to Throw an Error; else it is an item to branch on.',
		parameters: failing,
		task: { ending: { kind: 'failed', successFlag: 3, errorCode: 501 } },
	},
];

/** What can't be asked at all. Nothing is sent. */
export const INPUT_CASES: readonly ErrorCase[] = [
	{
		title: 'Task ID is empty',
		about: 'Mostly an expression that finds nothing on its item.',
		taskId: '',
	},
	{
		title: 'Task ID is a list',
		about: 'An expression gave the IDs of all tasks at once.',
		taskId: ['veo_task_1', 'veo_task_2'],
	},
	{
		title: "A setting can't be used",
		about: 'Where it comes from an expression, the items with a usable one are not touched.',
		parameters: { operation: 'waitUntilComplete', polling: { interval: 0 } },
	},
	{
		title: "The Base URL can't be used",
		about: 'The problem of each item, as nothing is sent.',
		credential: { baseUrl: 'http://api.apikley.ru' },
	},
];

const downloading = { operation: 'download' };

/** Of Download, and of Wait Until Complete with Download Videos. */
export const DOWNLOAD_CASES: readonly ErrorCase[] = [
	{
		title: 'There is nothing to download yet',
		about: 'Only of Download.',
		parameters: downloading,
		task: { ending: { kind: 'never' } },
	},
	{
		title: 'There are no original videos',
		about: 'Videos to Download is set to Original Videos.',
		parameters: { ...downloading, downloadSource: 'originUrls' },
	},
	{
		title: 'The link is not valid any more',
		about: 'The host of the video answered 401, 403, 404 or 410. Not tried again.',
		parameters: downloading,
		videoFault: { kind: 'status', status: 404 },
	},
	{
		title: 'The host of the video failed',
		about: 'Tried again first, with pauses from 1 to 30 s; here with Max Retries set to 0.',
		parameters: { ...downloading, options: { maxRetries: 0 } },
		videoFault: { kind: 'status', status: 503 },
	},
	{
		title: 'The video is too large',
		about: 'Said as soon as it is known, mostly before anything is downloaded.',
		parameters: { ...downloading, options: { maxDownloadSize: 1 } },
		videoFault: { kind: 'synthetic', bytes: 3 * 2 ** 20 },
	},
	{
		title: 'A web page came in place of the video',
		about: 'The host shows an error or a login page.',
		parameters: downloading,
		videoFault: { kind: 'html' },
	},
];
