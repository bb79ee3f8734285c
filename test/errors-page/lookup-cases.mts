import type { INodeParameters } from 'n8n-workflow';

import { always, type ErrorCase } from './error-case.mjs';

const noRetries = { options: { maxRetries: 0 } };

/** Over after a moment; the page shows the default of 900 s. */
const waiting: INodeParameters = {
	operation: 'waitUntilComplete',
	polling: { interval: 0.02, timeout: 0.05 },
};

/** What keeps the node from telling how a task stands. */
export const LOOKUP_CASES: readonly ErrorCase[] = [
	{
		title: 'The key was rejected',
		about:
			'The key is wrong or was withdrawn: HTTP 401, or `code: 401` in the body. Not tried again, nor for the other items.',
		picture: 'rejected-key',
		credential: { apiKey: 'wrong-key' },
	},
	{
		title: 'The task is unknown',
		about:
			'404, 422, or a record that is null. While waiting this is tolerated for the first 60 s, as a new task may not be known yet.',
		picture: 'unknown-task',
		task: null,
	},
	{
		title: 'The prompt or the image was refused (400)',
		about: "Not tried again. The words in the middle are the API's own.",
		task: always({
			kind: 'code',
			code: 400,
			msg: 'Only English prompts are supported at this time.',
		}),
	},
	{
		title: "The image can't be reached (451)",
		about: 'As with 400.',
		task: always({ kind: 'code', code: 451, msg: 'Failed to fetch the image.' }),
	},
	{
		title: 'The API refuses with another code',
		about: 'As with 400.',
		task: always({ kind: 'status', status: 403, msg: 'Forbidden' }),
	},
	{
		title: 'Too many requests (429)',
		about:
			'All lookups of the execution slow down together, and `Retry-After` is obeyed. It becomes an error once the retries are used up.',
		picture: 'rate-limited',
		task: always({ kind: 'status', status: 429 }),
	},
	{
		title: 'The server failed (5xx)',
		about: 'Tried again first, with pauses from 1 to 30 s. 408 and 455 (maintenance) read alike.',
		picture: 'server-failed',
		task: always({ kind: 'status', status: 503, msg: 'Service temporarily unavailable' }),
	},
	{
		title: "The API can't be reached",
		about: 'Tried again first, with pauses from 1 to 30 s; here with Max Retries set to 0.',
		parameters: noRetries,
		task: always({ kind: 'reset', when: 'beforeHeaders' }),
	},
	{
		title: 'No answer within Request Timeout',
		about: 'Tried again first, with pauses from 1 to 30 s; here with Max Retries set to 0.',
		parameters: { options: { maxRetries: 0, requestTimeout: 0.05 } },
		task: always({ kind: 'hang' }),
	},
	{
		title: 'The answer was no JSON',
		about: 'Tried again first, with pauses from 1 to 30 s; here with Max Retries set to 0.',
		parameters: noRetries,
		task: always({ kind: 'html' }),
	},
	{
		title: 'The wait timed out',
		about:
			'The task is still under way. With On Timeout set to Output the Task it is no error but an item with `wait.timedOut: true`.',
		picture: 'timed-out',
		parameters: waiting,
		task: { ending: { kind: 'never' } },
	},
	{
		title: 'The wait timed out while the API was failing',
		about: 'The last lookup got no answer that told of the task.',
		parameters: waiting,
		// Without a Retry-After, so that the next try would come behind the deadline
		task: always({ kind: 'code', code: 503, msg: 'Service temporarily unavailable' }),
	},
	{
		title: 'The wait timed out with a status that nobody knows',
		about:
			'The API sent a `successFlag` outside 0 to 3. The task is looked up on until the timeout. On Get Status it is an item with the status `unknown`, and a hint on the node.',
		parameters: waiting,
		task: { ending: { kind: 'oddFlag', successFlag: 7 } },
	},
];
