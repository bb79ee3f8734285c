import {
	credentialUnavailable,
	invalidRequest,
	invalidTaskId,
	lookupFailed,
	taskFailed,
	unexpectedProblem,
	unknownSavedRun,
	waitTimedOut,
} from '../../../nodes/ApikleyVeo/errors/lookupProblems';
import { withOthers } from '../../../nodes/ApikleyVeo/errors/problem';
import type { Problem } from '../../../nodes/ApikleyVeo/errors/problem';
import type { ApiError } from '../../../nodes/ApikleyVeo/veo/api/envelope';
import { task } from '../support/records';

const taskId = 'veo_1';

describe('the problem of a lookup that failed', () => {
	const tried = (attempts: number, code: number | null, reason: string): ApiError => ({
		kind: 'retriesExhausted',
		attempts,
		code,
		reason,
	});
	const rejected = (code: number, message: string | null): ApiError => ({
		kind: 'rejected',
		code,
		message,
	});

	test.each<[ApiError, Problem['code'], boolean, string, RegExp]>([
		[
			{ kind: 'unauthorized', message: 'Unauthorized' },
			401,
			false,
			'Apikley rejected the API key (401) while checking task veo_1.',
			/ https:\/\/app\.apikley\.ru\/keys\. The API says: "Unauthorized"$/,
		],
		[
			{ kind: 'notFound', code: 404, message: null },
			404,
			false,
			"Apikley can't find task veo_1 (404).",
			/^The ID may be wrong, or the task is more than 14 days old\. .*account[^"]*\.$/,
		],
		[
			{ kind: 'notFound', code: 422, message: 'record is null' },
			422,
			false,
			"Apikley can't find task veo_1 (422).",
			/ The API says: "record is null"$/,
		],
		[
			{ kind: 'tooOld', code: 422, message: 'within 14 days.' },
			422,
			false,
			'Task veo_1 is more than 14 days old, so Apikley no longer has it (422).',
			/^Create it again to get a new video\. The API says: "within 14 days\."$/,
		],
		[
			{ kind: 'noCredits', code: 500, message: 'Credits insufficient' },
			500,
			true,
			"The Apikley account doesn't have enough credits (500) to check task veo_1.",
			/^Top up at https:\/\/app\.apikley\.ru, .* The API says: "Credits insufficient"$/,
		],
		[
			{ kind: 'unexpected', message: 'x is not a function.' },
			'UNEXPECTED_ERROR',
			true,
			'Checking task veo_1 failed unexpectedly: x is not a function.',
			/ Please report this as an issue of n8n-nodes-apikley\.$/,
		],
		[
			rejected(403, 'Forbidden...'),
			403,
			true,
			'Apikley rejected the request for task veo_1 (403): Forbidden.',
			/^Check that the key may use this API/,
		],
		[
			rejected(414, null),
			414,
			true,
			'Apikley rejected the request for task veo_1 (414).',
			/^The task ID is too long/,
		],
		[
			rejected(1001, null),
			1001,
			true,
			'Apikley rejected the request for task veo_1 (1001).',
			/^Check the Task ID and .*Base URL\.$/,
		],
		[
			tried(6, 500, 'server error 500: Full.'),
			500,
			true,
			"Couldn't check task veo_1: server error 500: Full. Tried 6 times.",
			/^The task itself is not affected\. .* Max Retries\.$/,
		],
		[
			tried(2, 429, 'too many requests (429)'),
			429,
			true,
			"Couldn't check task veo_1: too many requests (429). Tried 2 times.",
			/ Requests per Second limits how many requests are sent\.$/,
		],
		[
			tried(1, null, 'the connection was reset'),
			'UNREACHABLE',
			true,
			"Couldn't check task veo_1: the connection was reset. Tried once.",
			/ If it keeps failing, check the credential's Base URL\.$/,
		],
	])('after %p has the code %p', (error, code, retryable, message, description) => {
		expect(lookupFailed(taskId, error, 0)).toEqual({
			taskId,
			code,
			retryable,
			message,
			description: expect.stringMatching(description),
		});
	});
});

test('the problem of an unknown task says how long it was looked for', () => {
	const error: ApiError = { kind: 'notFound', code: 422, message: null };
	const message = "Apikley can't find task veo_1 (422), after looking for it for 90.1 s.";
	expect(lookupFailed(taskId, error, 90_060)).toMatchObject({ message });
});

describe('the problem of a wait that timed out', () => {
	const running = task({ successFlag: 0 });

	test.each([
		[900_000, running, null, '900 s (last status: generating).'],
		[1_260, running, null, '1.3 s (last status: generating).'],
		[0.4, null, null, '0 s (last status: unknown).'],
		[
			25_000,
			null,
			'server error 503',
			'25 s (last status: unknown, and the last check failed: server error 503).',
		],
	])('after %p ms has the last status', (waitedMs, lastValue, lastError, message) => {
		const stats = { lookups: 2, waitedMs };
		expect(waitTimedOut(taskId, { kind: 'timedOut', lastValue, lastError, stats })).toEqual({
			taskId,
			code: 'WAIT_TIMED_OUT',
			message: `Task veo_1 isn't complete after ${message}`,
			description: expect.stringMatching(/wait again with the same task ID, or raise Timeout/),
			retryable: true,
		});
	});
});

test.each<[string, object, Problem['code'], string, RegExp]>([
	[
		'was rejected',
		{ errorCode: 400, errorMessage: 'public error unsafe image upload.' },
		400,
		'Task veo_1 failed: public error unsafe image upload (400).',
		/^Change the prompt or the image/,
	],
	[
		'failed at the provider',
		{ errorCode: 501, errorMessage: 'Failed' },
		501,
		'Task veo_1 failed: Failed (501).',
		/^The provider had a problem/,
	],
	[
		'failed without a reason',
		{ errorCode: null, errorMessage: '' },
		'TASK_FAILED',
		'Task veo_1 failed: no reason given.',
		/^The provider had a problem/,
	],
])('the problem of a task that %s', (_, fields, code, message, description) => {
	expect(taskFailed(taskId, task({ successFlag: 2, ...fields }))).toEqual({
		taskId,
		code,
		message,
		description: expect.stringMatching(description),
		retryable: false,
	});
});

describe('the problem of invalid input', () => {
	const input = { message: 'Task ID is a list.', advice: 'Use a Split Out node.' };
	const problem = { code: 'INVALID_INPUT', description: input.advice, retryable: false };

	test('has the value of Task ID as it came in', () => {
		expect(invalidTaskId([taskId], input)).toEqual({
			...problem,
			taskId: [taskId],
			message: 'Task ID is a list.',
		});
	});

	test('names the task that a parameter keeps from being checked', () => {
		expect(invalidRequest(taskId, input)).toEqual({
			...problem,
			taskId,
			message: "Can't check task veo_1: Task ID is a list.",
		});
	});
});

test('a credential that is not available is a problem that may pass', () => {
	expect(credentialUnavailable(taskId, 'It was deleted.')).toEqual({
		taskId,
		code: 'CREDENTIAL_UNAVAILABLE',
		message: "Can't check task veo_1 without its credential: It was deleted.",
		description: expect.stringMatching(/^The task itself is not affected\. .*credential\.$/),
		retryable: true,
	});
});

test.each([
	[0, 1, ' 0 of the 1 other items were fine by then. '],
	[1, 4, ' 1 of the 4 other items was fine by then. '],
	[3, 4, ' 3 of the 4 other items were fine by then. '],
	[0, 0, ''],
])(
	'a problem tells that %p of %p other items were fine, and how to keep them',
	(fine, others, text) => {
		const problem = unexpectedProblem('boom.');
		expect(problem).toMatchObject({ taskId: null, code: 'UNEXPECTED_ERROR', retryable: true });
		expect(problem.message).toBe('The node failed unexpectedly: boom.');
		const advice = text && `${text}Set On Error of this node to Continue to keep the others.`;
		const description = `${problem.description}${advice}`;
		expect(withOthers(problem, fine, others)).toEqual({ ...problem, description });
	},
);

test.each<[string[], string | null, RegExp]>([
	[['a', 'b'], null, /\(tasks: a, b\)\.$/],
	[['a'], 'a', /\(tasks: a\)\.$/],
	[[], null, /\(tasks: no task ID was found in it\)\.$/],
])('the problem of an unknown saved run names the tasks %j', (taskIds, id, message) => {
	expect(unknownSavedRun(taskIds)).toEqual({
		taskId: id,
		code: 'UNKNOWN_SAVED_RUN',
		message: expect.stringMatching(message),
		description: expect.stringMatching(/^The tasks themselves are not affected\./),
		retryable: true,
	});
});
