import { NodeOperationError } from 'n8n-workflow';

import {
	InvalidParameterError,
	readParameter,
	tryRead,
} from '../../../nodes/ApikleyVeo/parameters/invalidParameter';
import { fakeContext } from '../support/fakeContext';

const { context } = fakeContext({
	parameters: { output: 'raw', polling: new Error("Referenced node doesn't exist.") },
});
const invalid = new InvalidParameterError('Interval must be a number.', 'Set it to 10.');

/** An error that is thrown while a parameter is read. */
function failing(error: Error) {
	return () => {
		throw error;
	};
}

test('tryRead returns what was read', () => {
	expect(tryRead(context, () => 7)).toBe(7);
});

test('tryRead returns the invalid parameter that it meets', () => {
	expect(tryRead(context, failing(invalid))).toBe(invalid);
});

test('tryRead throws any other error: a bug is not reported as an invalid parameter', () => {
	expect(() => tryRead(context, failing(new TypeError('x is not a function')))).toThrow(
		NodeOperationError,
	);
});

test.each([
	['output', 'raw'],
	['taskId', 'default'],
])('the parameter %s has the value %p', (name, value) => {
	expect(readParameter(context, name, 0, 'default')).toBe(value);
});

test('an expression that fails is an invalid parameter', () => {
	const read = tryRead(context, () => readParameter(context, 'polling', 0, {}));
	expect(read).toBeInstanceOf(InvalidParameterError);
	expect(read).toMatchObject({
		message: "The expression in Wait Settings failed: Referenced node doesn't exist.",
		advice: expect.stringMatching(/^Correct the expression/),
	});
});
