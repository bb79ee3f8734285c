import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import {
	invalidTaskId,
	lookupFailed,
	waitTimedOut,
} from '../../../nodes/ApikleyVeo/errors/lookupProblems';
import { toNodeError } from '../../../nodes/ApikleyVeo/errors/nodeError';
import { fakeContext } from '../support/fakeContext';

const { context } = fakeContext();

test("a problem with the API's number becomes an API error at its item", () => {
	const problem = lookupFailed('veo_1', { kind: 'notFound', code: 422, message: 'record is null' });
	const error = toNodeError(context, problem, 3);
	expect(error).toBeInstanceOf(NodeApiError);
	expect(error).toMatchObject({
		message: problem.message,
		description: 'The API says: "record is null"',
		httpCode: '422',
		context: { itemIndex: 3 },
		node: { name: 'Apikley Veo' },
	});
});

test.each([
	invalidTaskId('', 'Task ID is empty.'),
	waitTimedOut('veo_1', 'generating', 25_000, null),
])('any other becomes an operation error at its item: %p', (problem) => {
	const error = toNodeError(context, problem, 2);
	expect(error).toBeInstanceOf(NodeOperationError);
	expect(error.message).toBe(problem.message);
	expect(error.context.itemIndex).toBe(2);
});

test('what else is known becomes the description', () => {
	const problem = lookupFailed('veo_1', { kind: 'notFound', code: 422, message: 'Not here' });
	expect(toNodeError(context, problem, 0).description).toBe(problem.description);
	const plain = waitTimedOut('veo_1', 'generating', 25_000, null);
	expect(toNodeError(context, plain, 0).description).toBeFalsy();
});

describe("n8n replaces messages that look like a system error's, but not ours", () => {
	test.each(['EPERM', 'task_enotfound_1', 'ECONNREFUSED', 'x-ETIMEDOUT', 'ENOENT', 'EAI_AGAIN'])(
		'task %s',
		(taskId) => {
			const problems = [
				lookupFailed(taskId, { kind: 'notFound', code: 404, message: null }),
				lookupFailed(taskId, { kind: 'unauthorized', message: null }),
				waitTimedOut(taskId, 'generating', 25_000, null),
			];
			for (const problem of problems) {
				const { message } = toNodeError(context, problem, 0);
				expect(message).toBe(problem.message);
				expect(message).toContain(taskId);
			}
		},
	);
});
