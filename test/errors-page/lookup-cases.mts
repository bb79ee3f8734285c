import type { INodeParameters } from 'n8n-workflow';

import { always, type ErrorCase } from './error-case.mjs';

const noRetries = { options: { maxRetries: 0 } };
const SHOWN_WITHOUT_RETRIES =
	'Retried first, with pauses of 1 to 30 s. (Shown with Max Retries 0.)';

/** Times out after a moment. The page shows the default of 900 s. */
const waiting: INodeParameters = {
	operation: 'waitUntilComplete',
	polling: { interval: 0.02, timeout: 0.05 },
};

/** Errors that keep the node from getting the status of a task. */
export const LOOKUP_CASES: readonly ErrorCase[] = [
	{
		title: 'The key was rejected',
		about:
			'The key is wrong or was withdrawn: HTTP 401, or `code: 401` in the body. The node does not retry, and checks no other items.',
		picture: 'rejected-key',
		credential: { apiKey: 'wrong-key' },
	},
	{
		title: 'The task is unknown',
		about:
			'404, 422, or a record that is null. A wait tolerates this for the first 60 s, because the API may not know a new task yet.',
		picture: 'unknown-task',
		task: null,
	},
	{
		title: 'The prompt or the image was rejected (400)',
		about: "Not retried. The middle part is the API's own message.",
		task: always({
			kind: 'code',
			code: 400,
			msg: 'Only English prompts are supported at this time.',
		}),
	},
	{
		title: "The image can't be reached (451)",
		about: 'Like 400.',
		task: always({ kind: 'code', code: 451, msg: 'Failed to fetch the image.' }),
	},
	{
		title: 'The API rejects the request with another code',
		about: 'Like 400.',
		task: always({ kind: 'status', status: 403, msg: 'Forbidden' }),
	},
	{
		title: 'Too many requests (429)',
		about:
			'All checks of the execution slow down together and obey `Retry-After`. It only becomes an error when no retries are left.',
		picture: 'rate-limited',
		task: always({ kind: 'status', status: 429 }),
	},
	{
		title: 'The server failed (5xx)',
		about:
			'Retried first, with pauses of 1 to 30 s. The messages for 408 and 455 (maintenance) are similar.',
		picture: 'server-failed',
		task: always({ kind: 'status', status: 503, msg: 'Service temporarily unavailable' }),
	},
	{
		title: "The API can't be reached",
		about: SHOWN_WITHOUT_RETRIES,
		parameters: noRetries,
		task: always({ kind: 'reset', when: 'beforeHeaders' }),
	},
	{
		title: 'No response within Request Timeout',
		about: SHOWN_WITHOUT_RETRIES,
		parameters: { options: { maxRetries: 0, requestTimeout: 0.05 } },
		task: always({ kind: 'hang' }),
	},
	{
		title: 'The response was not JSON',
		about: SHOWN_WITHOUT_RETRIES,
		parameters: noRetries,
		task: always({ kind: 'html' }),
	},
	{
		title: 'The wait timed out',
		about:
			'The task is still running. With On Timeout set to Output the Item, this is not an error but an item with `wait.timedOut: true`.',
		picture: 'timed-out',
		parameters: waiting,
		task: { ending: { kind: 'never' } },
	},
	{
		title: 'The wait timed out while the API was failing',
		about: 'The last check failed too.',
		parameters: waiting,
		// Without a Retry-After, so that the next retry would come after the deadline
		task: always({ kind: 'code', code: 503, msg: 'Service temporarily unavailable' }),
	},
	{
		title: 'The wait timed out with an unknown status',
		about:
			'The API sent a `successFlag` other than 0 to 3. The node keeps checking the task until the timeout. With Get Status this is an item with the status `unknown`, and a hint on the node.',
		parameters: waiting,
		task: { ending: { kind: 'oddFlag', successFlag: 7 } },
	},
];
