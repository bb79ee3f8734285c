import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { toNodeError } from '../../../nodes/ApikleyVeo/errors/nodeError';
import type { Problem } from '../../../nodes/ApikleyVeo/errors/problem';
import { NODE } from '../support/fakeContext';

const problem = (code: Problem['code'], message = 'What happened.'): Problem => ({
	taskId: 'veo_1',
	code,
	message,
	description: 'What to do.',
	retryable: false,
});

test.each([
	["the API's number", 422, NodeApiError, '422'],
	['a word', 'WAIT_TIMED_OUT', NodeOperationError, undefined],
])('a problem whose code is %s becomes an error at its item', (_, code, errorClass, httpCode) => {
	const error = toNodeError(NODE, problem(code), 3);
	expect(error).toBeInstanceOf(errorClass);
	expect(error).toMatchObject({
		message: 'What happened.',
		description: 'What to do.',
		type: String(code),
		context: { itemIndex: 3 },
		node: { name: 'Apikley Veo' },
		...(httpCode !== undefined && { httpCode }),
	});
});

test('no text of the API makes n8n take the execution for one that was stopped', () => {
	const { message } = toNodeError(NODE, problem(500, 'It was canceled, canceled.'), 0);
	expect(message).toBe('It was cancelled, cancelled.');
});

test('the message has all that a tool tells the agent, whose model may get nothing else', () => {
	const tool = { ...NODE, type: `${NODE.type}Tool` };
	for (const code of [422, 'WAIT_TIMED_OUT']) {
		expect(toNodeError(tool, problem(code), 0).message).toBe('What happened. What to do.');
	}
});

test.each(['EPERM', 'task_enotfound_1', 'ECONNREFUSED', 'x-ETIMEDOUT', 'ENOENT', 'EAI_AGAIN'])(
	'a message with %s in it stays, though n8n takes it for a system error',
	(taskId) => {
		for (const code of [404, 401, 'WAIT_TIMED_OUT']) {
			const message = `Task ${taskId} failed.`;
			expect(toNodeError(NODE, problem(code, message), 0).message).toBe(message);
		}
	},
);
