import { always, type ErrorCase } from './error-case.mjs';

const failing = { failedTask: 'error' };
const ONLY_WITH_ERROR =
	'Only with If a Task Failed set to Throw an Error, the default of Generate, Extend and Download. Otherwise this is an item to branch on, and a hint on the node.';

/** Tasks that failed, where that is an error. */
export const TASK_CASES: readonly ErrorCase[] = [
	{
		title: 'The task failed: rejected (errorCode 400)',
		about: ONLY_WITH_ERROR,
		picture: 'task-failed',
		parameters: failing,
		task: { ending: { kind: 'failed', successFlag: 2, errorCode: 400 } },
	},
	{
		title: 'The task failed: the provider (errorCode 500, 501)',
		about: ONLY_WITH_ERROR,
		parameters: failing,
		task: { ending: { kind: 'failed', successFlag: 3, errorCode: 501 } },
	},
	{
		title: 'The task failed: the prompt was rejected (code 400)',
		about: `The API has no record of the task, only a code and a text. ${ONLY_WITH_ERROR}`,
		parameters: failing,
		task: always({
			kind: 'code',
			code: 400,
			msg: 'Only English prompts are supported at this time.',
		}),
	},
	{
		title: "The task failed: the image can't be reached (code 451)",
		about: 'Like code 400.',
		parameters: failing,
		task: always({ kind: 'code', code: 451, msg: 'Failed to fetch the image.' }),
	},
];

/** Items that can't be looked up. The node sends no request for them. */
export const INPUT_CASES: readonly ErrorCase[] = [
	{
		title: 'The expression in Task ID finds nothing',
		about: 'Often because the request that should have created the task failed.',
		taskId: '',
	},
	{
		title: 'Task ID is empty',
		about: "The field only has spaces. (If it has nothing at all, n8n doesn't run the workflow.)",
		parameters: { taskId: ' ' },
		taskId: ' ',
	},
	{
		title: 'Task ID is too large a number',
		about:
			'JavaScript only keeps about 16 digits of a number, so the ID would be that of another task.',
		taskId: Number('7615917337495251231'),
	},
	{
		title: 'Task ID is a list',
		about: 'An expression returned the IDs of all tasks at once.',
		taskId: ['veo_task_1', 'veo_task_2'],
	},
	{
		title: 'A parameter is invalid',
		about:
			'If its value comes from an expression, this only affects the items with an invalid value.',
		parameters: { operation: 'waitUntilComplete', polling: { interval: 0 } },
	},
	{
		title: 'This n8n is too old to park an execution',
		about: 'Found before any request is sent, so nothing is created or paid.',
		parameters: { operation: 'waitUntilComplete', whileWaiting: 'park' },
		isOldN8n: true,
	},
	{
		title: 'The Base URL is invalid',
		about: 'Every item fails, and no request is sent.',
		credential: () => ({ baseUrl: 'http://api.apikley.ru' }),
	},
];

const downloading = { operation: 'download' };

/** Errors of Download, and of Wait Until Complete with Download Videos. */
export const DOWNLOAD_CASES: readonly ErrorCase[] = [
	{
		title: 'There is nothing to download yet',
		about: 'Download only.',
		parameters: downloading,
		task: { ending: { kind: 'never' } },
	},
	{
		title: 'There are no original videos',
		about: 'Videos to Download is set to Original Videos.',
		parameters: { ...downloading, downloadSource: 'originUrls' },
	},
	{
		title: 'The link has expired',
		about:
			'The video host responded with 401, 403, 404 or 410. The task is checked again for a fresh link, which is tried once. If Generate or Extend has created the task, the text also says that running the workflow again would pay for another video.',
		parameters: downloading,
		videoFault: { kind: 'status', status: 404 },
	},
	{
		title: 'The video host failed',
		about:
			'Retried first, with pauses of 1 to 30 s, also if the file is not ready yet (202, 425). (Shown with Max Retries 0.)',
		parameters: { ...downloading, options: { maxRetries: 0 } },
		videoFault: { kind: 'status', status: 503 },
	},
	{
		title: "The video host can't be reached",
		about: 'Retried first, with pauses of 1 to 30 s. (Shown with Max Retries 0.)',
		parameters: { ...downloading, options: { maxRetries: 0 } },
		videoFault: { kind: 'reset', when: 'beforeHeaders' },
	},
	{
		title: "The link isn't a web address",
		about: 'A host that redirects in circles has the same code.',
		parameters: downloading,
		task: { resultUrls: ['ftp://videos.example.com/1.mp4'] },
	},
	{
		title: 'The video is too large',
		about: 'Reported as soon as the size is known, usually before anything is downloaded.',
		parameters: { ...downloading, options: { maxDownloadSize: 1 } },
		videoFault: { kind: 'synthetic', bytes: 3 * 2 ** 20 },
	},
	{
		title: 'The host returned a web page instead of the video',
		about: 'The host shows an error or a login page.',
		parameters: downloading,
		videoFault: { kind: 'html' },
	},
];
