import {
	createdLookupFailed,
	credentialUnavailable,
	invalidRequest,
	invalidTaskId,
	lookupFailed,
	runSkipped,
	taskFailed,
	unexpectedProblem,
	unknownSavedRun,
	waitTimedOut,
} from '../../../nodes/ApikleyVeo/errors/lookupProblems';
import { withOthers } from '../../../nodes/ApikleyVeo/errors/problem';
import type { Problem } from '../../../nodes/ApikleyVeo/errors/problem';
import type { ApiError } from '../../../nodes/ApikleyVeo/veo/api/envelope';
import type { VeoTask } from '../../../nodes/ApikleyVeo/veo/task/task';
import { task } from '../support/records';

const taskId = 'veo_1';

describe('the problem of a lookup that failed with', () => {
	const tried = (attempts: number, code: number | null, reason: string): ApiError => ({
		kind: 'retriesExhausted',
		attempts,
		code,
		reason,
	});
	const of = (kind: 'notFound' | 'rejected', code: number, message: string | null = null) =>
		({ kind, code, message }) as const;
	const message = 'No';

	test.each<[ApiError, Problem['code'], boolean, RegExp]>([
		[
			{ kind: 'unauthorized', message },
			401,
			false,
			/\/\/app\.apikley\.ru\/keys\. The API says: "No"\.$/,
		],
		[
			of('notFound', 404),
			404,
			false,
			/find task veo_1 \(404\)\. .*14 days old\. .*account[^"]*\.$/,
		],
		[of('notFound', 422, 'null'), 422, false, / \(422\)\. The ID may .* The API says: "null"\.$/],
		[{ kind: 'tooOld', code: 422, message }, 422, false, /more than 14 days old.* says: "No"\.$/],
		[{ kind: 'noCredits', message }, 402, true, / credits \(402\) .*apikley\.ru, .*"No"\.$/],
		[of('rejected', 403, 'No...'), 403, true, /veo_1 \(403\): No\. Check that the key may use/],
		[of('rejected', 302, 'It redirects'), 302, true, /: It redirects\. Set the Base URL .*proxy/],
		[of('rejected', 414), 414, true, /veo_1 \(414\)\. The task ID is too long/],
		[of('rejected', 1001), 1001, true, /veo_1 \(1001\)\. Check the Task ID and .*Base URL\.$/],
		[
			{ kind: 'unexpected', message: 'No.' },
			'UNEXPECTED_ERROR',
			true,
			/: No\. .* report this .*\.$/,
		],
		[tried(6, 500, 'busy.'), 500, true, /: busy\. Tried 6 times\. The task .* Max Retries\.$/],
		[tried(2, 429, 'busy'), 429, true, /: busy\. Tried 2 times\. .* Requests per Second limits /],
		[tried(6, 407, 'a proxy'), 407, true, /: a proxy\. Tried 6 times\. .* proxy settings /],
		[tried(1, null, 'reset'), 'UNREACHABLE', true, /: reset\. Tried once\. .* Base URL\.$/],
	])('%p has the code %p', (error, code, retryable, text) => {
		const { description, ...problem } = lookupFailed(taskId, error, 0);
		expect(problem).toMatchObject({ taskId, code, retryable });
		expect(problem.message).toContain('veo_1');
		expect(`${problem.message} ${description}`).toMatch(text);
	});
});

test('a long text of the API is cut in messages, and never in the middle of a character', () => {
	const message = 'x'.repeat(499) + '🎬'.repeat(10_000);
	const cut = `${'x'.repeat(499)}…`;
	const rejected = lookupFailed(taskId, { kind: 'rejected', code: 403, message }, 0);
	const unknown = lookupFailed(taskId, { kind: 'notFound', code: 422, message }, 0);
	const reason = `server error 500: ${message}`;
	const busy: ApiError = { kind: 'retriesExhausted', attempts: 6, code: 500, reason };
	const failed = taskFailed(taskId, task({ successFlag: 2, errorMessage: message }));
	const stats = { lookups: 2, waitedMs: 1_000 };
	const late = waitTimedOut(taskId, {
		kind: 'timedOut',
		lastValue: null,
		lastError: reason,
		stats,
	});
	expect(rejected.message).toContain(`(403): ${cut}.`);
	expect(unknown.description).toContain(`The API says: "${cut}"`);
	expect(failed.message).toContain(`failed: ${cut}`);
	for (const problem of [lookupFailed(taskId, busy, 0), late, failed]) {
		expect(problem.message.length + problem.description.length).toBeLessThan(900);
	}
});

test('the problem of an unknown task says how long it was looked for', () => {
	const error: ApiError = { kind: 'notFound', code: 422, message: null };
	const message = "Apikley can't find task veo_1 (422), after looking for it for 90.1 s.";
	expect(lookupFailed(taskId, error, 90_060)).toMatchObject({ message });
});

describe('the problem of a wait that timed out', () => {
	const running = task({ successFlag: 0 });

	test.each<[VeoTask | null, string | null, RegExp]>([
		[running, null, /^The task is still running at Apikley: /],
		[running, 'server error 503', /^The task was still running at Apikley when /],
		[task({ successFlag: 7 }), null, /successFlag outside 0 to 3.* update of this node: /],
		[null, 'server error 503', /^No check succeeded, so the task may be running or complete: /],
	])('only says what is known of the task', (lastValue, lastError, description) => {
		const stats = { lookups: 2, waitedMs: 1_000 };
		const problem = waitTimedOut(taskId, { kind: 'timedOut', lastValue, lastError, stats });
		expect(problem.description).toMatch(description);
	});

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

	test('of a task that the node has created advises against another attempt', () => {
		const stats = { lookups: 2, waitedMs: 900_000 };
		const result = { kind: 'timedOut', lastValue: running, lastError: null, stats } as const;
		const { description } = waitTimedOut(taskId, result, true);
		expect(description).toMatch(/still running at Apikley\. .*Wait Until Complete with its ID\.$/);
		expect(description).not.toMatch(/wait again/);
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
		/^If the reason is about the prompt or the image/,
	],
	[
		'failed with a code that is not documented for tasks',
		{ errorCode: 422, errorMessage: 'Rejected by the filter' },
		422,
		'Task veo_1 failed: Rejected by the filter (422).',
		/^If the reason is about the prompt or the image/,
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

test('the problem of a task that the node has created says that a retry finds it again', () => {
	const failed = task({ successFlag: 3, errorCode: 501, errorMessage: 'Failed' });
	const [created, other] = [true, false].map((isCreated) => taskFailed(taskId, failed, isCreated));
	expect(created?.description).toContain(`${other?.description} A retry of this execution`);
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
		message: "Can't check task veo_1 without a credential: It was deleted.",
		description: expect.stringMatching(/^The task itself is not affected\. .*credential\.$/),
		retryable: true,
	});
});

test.each([
	[0, 1, ' The other item had no result by then.'],
	[1, 1, ' The other item was fine by then.'],
	[0, 4, ' None of the 4 other items had a result by then.'],
	[1, 4, ' 1 of the 4 other items was fine by then.'],
	[3, 4, ' 3 of the 4 other items were fine by then.'],
	[0, 0, ''],
])(
	'a problem says that %p of %p other items were fine, and how to keep them',
	(fine, others, text) => {
		const problem = unexpectedProblem('boom.');
		expect(problem).toMatchObject({ taskId: null, code: 'UNEXPECTED_ERROR', retryable: true });
		expect(problem.message).toBe('The node failed unexpectedly: boom.');
		const kept = others === 1 ? 'it' : 'the others';
		const advice = text && `${text} Set On Error of this node to Continue to keep ${kept}.`;
		const description = `${problem.description}${advice}`;
		expect(withOthers(problem, fine, others)).toEqual({ ...problem, description });
	},
);

test('a problem that all items share only tells how to keep those that were fine', () => {
	const problem = lookupFailed(taskId, { kind: 'unauthorized', message: null }, 0);
	expect(withOthers(problem, 0, 4)).toEqual(problem);
	expect(withOthers(problem, 2, 4).description).toContain(' 2 of the 4 other items were fine');
});

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
		isShared: true,
	});
});

test('the problem of a skipped run names its tasks', () => {
	expect(runSkipped(['a', 'b'], 0)).toEqual({
		taskId: null,
		code: 'RUN_SKIPPED',
		message: expect.stringContaining('(tasks: a, b)'),
		description: expect.stringContaining('with the original workflow'),
		retryable: true,
	});
	expect(runSkipped(['a'], 0).taskId).toBe('a');
});

test.each([
	[1, ' One more task may exist and be paid'],
	[2, ' 2 more tasks may exist and be paid'],
])('the problem of a skipped run tells of %d uncertain creations', (uncertain, text) => {
	const { description } = runSkipped(['a'], uncertain);
	expect(description).toContain(text);
	expect(description).toContain(runSkipped(['a'], 0).description);
});

test.each([
	['Unauthorized', 'The API says: "Unauthorized".'],
	[' Try again later. ', 'The API says: "Try again later."'],
	['Try again!', 'The API says: "Try again!"'],
])("the API's own text %j ends a sentence once", (message, expected) => {
	const { description } = lookupFailed('veo_1', { kind: 'unauthorized', message }, 0);
	expect(description).toMatch(expected);
	expect(description.endsWith(expected)).toBe(true);
});

test('whatever ends the wait for a task that the node has created, the advice is not to create it again', () => {
	const error = { kind: 'retriesExhausted', attempts: 6, code: 503, reason: 'HTTP 503' } as const;
	const { description } = createdLookupFailed('veo_1', error, 0);
	expect(description).toMatch(/don't create it again, but use Wait Until Complete/);
});

test.each(['notFound', 'tooOld'] as const)(
	'a task that the node has created is neither old nor wrong (%s), and the advice is not to create it again',
	(kind) => {
		const error = { kind, code: 422, message: 'record is null' };
		const problem = createdLookupFailed('veo_1', error, 90_000);
		expect(problem).toMatchObject({ taskId: 'veo_1', code: 422, retryable: true });
		expect(`${problem.message} ${problem.description}`).not.toMatch(
			/14 days|may be wrong|Create it/,
		);
		expect(problem.description).toMatch(/ don't create it again\. .*Wait Until Complete/);
	},
);
