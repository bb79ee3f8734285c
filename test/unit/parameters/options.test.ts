import { InvalidParameterError } from '../../../nodes/ApikleyVeo/parameters/invalidParameter';
import { OPTION_RULES, readLimits } from '../../../nodes/ApikleyVeo/parameters/options';
import { fakeContext } from '../support/fakeContext';
import type { FakeRun } from '../support/fakeContext';

const limitsOf = (run: FakeRun) => readLimits(fakeContext(run).context);

test('the limits have defaults', () => {
	expect(limitsOf({})).toEqual({
		maxConcurrency: 10,
		requestsPerSecond: 0,
		requestTimeoutMs: 30_000,
		maxRetries: 5,
		maxDownloadBytes: 2 * 2 ** 30,
	});
});

test('the request timeout is in seconds, the size of a video in MiB', () => {
	const options = {
		maxConcurrency: 3,
		requestsPerSecond: 0.5,
		requestTimeout: 2.5,
		maxRetries: '0',
		maxDownloadSize: 0.5,
	};
	expect(limitsOf({ parameters: { options } })).toEqual({
		maxConcurrency: 3,
		requestsPerSecond: 0.5,
		requestTimeoutMs: 2_500,
		maxRetries: 0,
		maxDownloadBytes: 512 * 1024,
	});
});

test('the limits of the first item apply to all', () => {
	const items = [{ options: { maxConcurrency: 2 } }, { options: { maxConcurrency: 9 } }];
	expect(limitsOf({ items })).toMatchObject({ maxConcurrency: 2 });
});

test.each([
	['maxConcurrency', 0],
	['maxConcurrency', 2.5],
	['requestsPerSecond', -1],
	['requestTimeout', 0],
	['maxRetries', -1],
	['maxRetries', 1.5],
	['maxDownloadSize', 0],
] as const)('the option %s must not be %p', (name, value) => {
	const read = () => limitsOf({ parameters: { options: { [name]: value } } });
	expect(read).toThrow(InvalidParameterError);
	expect(read).toThrow(OPTION_RULES[name].label);
});
