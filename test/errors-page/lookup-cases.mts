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
		credential: () => ({ apiKey: 'wrong-key' }),
	},
	{
		title: 'The credential is missing',
		about:
			"No credential is chosen, it was deleted, or n8n can't decrypt it. Tasks that were complete before keep their results.",
		credential: null,
	},
	{
		title: 'The task is unknown',
		about:
			'404, 422, or a record that is null. A wait tolerates this for the first 90 s, because the API may not know a new task yet, and for as long as it lasts if the task was known before or created by this node.',
		picture: 'unknown-task',
		task: null,
	},
	{
		title: 'The task is too old',
		about: 'Code 422 with a text that says so. An error at once, also while waiting.',
		task: always({ kind: 'code', code: 422, msg: 'Only the last 14 days can be queried.' }),
	},
	{
		title: "The account doesn't have enough credits",
		about:
			'Code 402, or any code with a text that says so: the item has 402 either way. Not retried.',
		task: always({ kind: 'code', code: 402, msg: 'Insufficient credits' }),
	},
	{
		title: 'The API rejects the request with another code',
		about: 'Not retried.',
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
		title: "The connection can't be secured",
		about:
			"Not retried, because no retry changes it. The same goes for a certificate that isn't valid, and for n8n's guard against requests to internal addresses (`N8N_SSRF_PROTECTION_ENABLED`), whose own explanation is quoted.",
		credential: ({ baseUrl }) => ({ baseUrl: baseUrl.replace('http:', 'https:') }),
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
		title: 'An error page that is not from the API',
		about: `A gateway or a firewall responded instead of the API, so the response says nothing about the task. ${SHOWN_WITHOUT_RETRIES} A 401 of this kind counts as a rejected key if it comes twice in a row.`,
		parameters: noRetries,
		task: always({ kind: 'status', status: 403, body: 'html' }),
	},
	{
		title: 'A proxy requires a login',
		about: `HTTP 407. ${SHOWN_WITHOUT_RETRIES}`,
		parameters: noRetries,
		task: always({ kind: 'status', status: 407, body: 'html' }),
	},
	{
		title: 'The wait timed out',
		about:
			'The task is still running. With On Timeout set to Output the Item, this is not an error but an item with `wait.timedOut: true`. If Generate or Extend has created the task, the text says instead of the last advice not to create it again, but to use Wait Until Complete with its ID.',
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
