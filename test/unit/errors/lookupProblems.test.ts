import {
	invalidRequest,
	invalidTaskId,
	lookupFailed,
	taskFailed,
	waitTimedOut,
} from '../../../nodes/ApikleyVeo/errors/lookupProblems';
import type { FailedLookup } from '../../../nodes/ApikleyVeo/veo/polling/waitFor';
import { task } from '../support/records';

const unreachable = (attempts: number, code: number | null, reason: string): FailedLookup => ({
	kind: 'retriesExhausted',
	attempts,
	code,
	reason,
});

describe('a lookup that told nothing: names the task, what happened and what to do', () => {
	test('the key was rejected: where to get one', () => {
		const problem = lookupFailed('veo_1', { kind: 'unauthorized', message: 'Unauthorized' });
		expect(problem).toEqual({
			taskId: 'veo_1',
			code: 401,
			message:
				'Apikley rejected the API key (401) when task veo_1 was looked up. Check the key in the credential, or get one at https://app.apikley.ru/keys.',
			description: 'The API says: "Unauthorized"',
			passes: false,
		});
	});

	test.each([
		[404, null, null],
		[422, 'record is null', 'The API says: "record is null"'],
	])('not found (%p): unknown or too old, both', (code, message, description) => {
		const problem = lookupFailed('veo_1', { kind: 'notFound', code, message });
		expect(problem).toEqual({
			taskId: 'veo_1',
			code,
			message: `Apikley does not know task veo_1: the ID is unknown, or the task is older than 14 days (${code}). Check the task ID, and that the key belongs to the account that created the task.`,
			description,
			passes: false,
		});
	});

	test.each<[number, string | null, RegExp]>([
		[
			400,
			'Only English prompts are supported at this time.',
			/task veo_1 \(400\): Only English prompts are supported at this time\. Change the prompt or the image/,
		],
		[
			451,
			'Failed to fetch the image. Kindly verify any access limits.',
			/task veo_1 \(451\): Failed to fetch the image\. Kindly verify any access limits\. Make the image reachable/,
		],
		[403, 'Forbidden', /task veo_1 \(403\): Forbidden\. Check that the key may use this API/],
		[414, null, /task veo_1 \(414\)\. The task ID is too long/],
		[405, 'Not here...', /task veo_1 \(405\): Not here\. Check the Task ID and .*Base URL\.$/],
		[1001, null, /task veo_1 \(1001\)\. Check the Task ID and .*Base URL\.$/],
	])("refused with %p: the API's own message and what to change", (code, message, expected) => {
		expect(lookupFailed('veo_1', { kind: 'rejected', code, message })).toEqual({
			taskId: 'veo_1',
			code,
			message: expect.stringMatching(expected),
			description: null,
			passes: false,
		});
	});

	test.each<[number, number | null, string, number | string, string, string]>([
		[6, 503, 'server error 503', 503, 'server error 503. Tried 6 times.', ''],
		[6, 500, 'server error 500: Full.', 500, 'server error 500: Full. Tried 6 times.', ''],
		[
			2,
			429,
			'too many requests (429)',
			429,
			'too many requests (429). Tried 2 times.',
			' Requests per Second limits how many are sent.',
		],
		[
			1,
			null,
			'the connection was reset',
			'UNREACHABLE',
			'the connection was reset. Tried once.',
			" If this goes on, check the credential's Base URL.",
		],
	])('tried %p times, code %p, %s', (attempts, code, reason, shownCode, happened, advice) => {
		expect(lookupFailed('veo_1', unreachable(attempts, code, reason))).toEqual({
			taskId: 'veo_1',
			code: shownCode,
			message: `Task veo_1 could not be looked up: ${happened} The task itself is not affected; look it up again later, or raise Max Retries.${advice}`,
			description: null,
			passes: true,
		});
	});
});

describe('a wait that timed out: names the task, the last status, the time, and how to go on', () => {
	test.each<[number, string]>([
		[900_000, '900 s'],
		[25_000, '25 s'],
		[1_260, '1.3 s'],
		[0, '0 s'],
		[0.4, '0 s'],
	])('after %p ms', (waitedMs, shown) => {
		expect(waitTimedOut('veo_1', 'generating', waitedMs, null)).toEqual({
			taskId: 'veo_1',
			code: 'WAIT_TIMED_OUT',
			message: `Task veo_1 has not ended after ${shown} of waiting; its last status was "generating". The task goes on at Apikley: wait again with the same task ID, or raise Timeout.`,
			description: null,
			passes: true,
		});
	});

	test('with trouble at the end', () => {
		expect(waitTimedOut('veo_1', 'unknown', 25_000, 'server error 503')).toMatchObject({
			message:
				'Task veo_1 has not ended after 25 s of waiting; its last status was "unknown", and the last lookup told nothing of it: server error 503. The task goes on at Apikley: wait again with the same task ID, or raise Timeout.',
			description: null,
		});
	});
});

describe('a task that failed, where that is an error', () => {
	test.each<[string, object, number | string, string]>([
		[
			'rejected',
			{ errorCode: 400, errorMessage: 'public error unsafe image upload.' },
			400,
			'Task veo_1 ended in failure: public error unsafe image upload (400). Change the prompt or the image and create the task again.',
		],
		[
			'the provider',
			{ errorCode: 501, errorMessage: 'Failed' },
			501,
			'Task veo_1 ended in failure: Failed (501). The provider failed; creating the same task again may help.',
		],
		[
			'no reason, no code',
			{ errorCode: null, errorMessage: '' },
			'TASK_FAILED',
			'Task veo_1 ended in failure: no reason given. The provider failed; creating the same task again may help.',
		],
	])('%s', (_, fields, code, message) => {
		expect(taskFailed('veo_1', task({ successFlag: 2, ...fields }))).toEqual({
			taskId: 'veo_1',
			code,
			message,
			description: null,
			passes: false,
		});
	});
});

test('an input that cannot be used keeps what came in', () => {
	expect(invalidTaskId(['veo_1'], 'Task ID is a list.')).toEqual({
		taskId: ['veo_1'],
		code: 'INVALID_INPUT',
		message: 'Task ID is a list.',
		description: null,
		passes: false,
	});
});

test('a setting that cannot be used: which task it keeps from being looked up', () => {
	expect(invalidRequest('veo_1', 'Interval must be a number.')).toEqual({
		taskId: 'veo_1',
		code: 'INVALID_INPUT',
		message: "Task veo_1 can't be looked up: Interval must be a number.",
		description: null,
		passes: false,
	});
});
