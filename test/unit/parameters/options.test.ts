import { InvalidParameterError } from '../../../nodes/ApikleyVeo/parameters/number';
import {
	OPTION_RULES,
	POLLING_RULES,
	readLimits,
	readOnTimeout,
	readSchedule,
} from '../../../nodes/ApikleyVeo/parameters/options';
import { fakeContext } from '../support/fakeContext';
import type { FakeRun } from '../support/fakeContext';

const scheduleFrom = (run: FakeRun, itemIndex = 0) =>
	readSchedule(fakeContext(run).context, itemIndex);
const limitsFrom = (run: FakeRun) => readLimits(fakeContext(run).context);

describe('polling', () => {
	test('left alone: look at once, then every 10 s for 15 min', () => {
		expect(scheduleFrom({})).toEqual({
			initialDelayMs: 0,
			intervalMs: 10_000,
			backoffFactor: 1,
			maxIntervalMs: 60_000,
			timeoutMs: 900_000,
		});
	});

	test('is given in seconds, the factor as it is', () => {
		const polling = {
			initialDelay: 1.5,
			interval: 0.25,
			backoffFactor: 1.5,
			maxInterval: '20',
			timeout: 7,
		};
		expect(scheduleFrom({ parameters: { polling } })).toEqual({
			initialDelayMs: 1_500,
			intervalMs: 250,
			backoffFactor: 1.5,
			maxIntervalMs: 20_000,
			timeoutMs: 7_000,
		});
	});

	test('is read for each item', () => {
		const items = [{ polling: { interval: 1 } }, { polling: { interval: 2 } }];
		expect(scheduleFrom({ items }, 0).intervalMs).toBe(1_000);
		expect(scheduleFrom({ items }, 1).intervalMs).toBe(2_000);
	});

	test.each<[string, unknown, RegExp]>([
		['initialDelay', -1, /^Initial Delay .*0 or more.*but is -1\.$/],
		['interval', 0, /^Interval .*greater than 0.*but is 0\.$/],
		['backoffFactor', 0.9, /^Backoff Factor .*1 or more.*but is 0\.9\.$/],
		['maxInterval', 0, /^Max Interval .*greater than 0.*but is 0\.$/],
		['timeout', -0.001, /^Timeout .*0 or more.*but is -0\.001\.$/],
		['timeout', 'soon', /^Timeout .*but is "soon"\.$/],
	])('%s %p is no schedule', (name, value, message) => {
		const run = { parameters: { polling: { [name]: value } } };
		expect(() => scheduleFrom(run)).toThrow(InvalidParameterError);
		expect(() => scheduleFrom(run)).toThrow(message);
	});

	test.each<[unknown, string]>([
		[undefined, 'error'],
		['error', 'error'],
		['output', 'output'],
		['something', 'error'],
	])('onTimeout %p is read as %p', (onTimeout, expected) => {
		const { context } = fakeContext({ parameters: { polling: { onTimeout } } });
		expect(readOnTimeout(context, 0)).toBe(expected);
	});
});

describe('options', () => {
	test('left alone', () => {
		expect(limitsFrom({})).toEqual({
			maxConcurrency: 10,
			requestsPerSecond: 0,
			requestTimeoutMs: 30_000,
			maxRetries: 5,
			maxDownloadBytes: 2 * 2 ** 30,
		});
	});

	test('the request timeout is given in seconds, the size of a video in MiB', () => {
		const options = {
			maxConcurrency: 3,
			requestsPerSecond: 0.5,
			requestTimeout: 2.5,
			maxRetries: '0',
			maxDownloadSize: 0.5,
		};
		expect(limitsFrom({ parameters: { options } })).toEqual({
			maxConcurrency: 3,
			requestsPerSecond: 0.5,
			requestTimeoutMs: 2_500,
			maxRetries: 0,
			maxDownloadBytes: 512 * 1024,
		});
	});

	test('hold for all items together: those of the first count', () => {
		const items = [{ options: { maxConcurrency: 2 } }, { options: { maxConcurrency: 9 } }];
		expect(limitsFrom({ items })).toMatchObject({ maxConcurrency: 2 });
	});

	test.each<[string, unknown, RegExp]>([
		['maxConcurrency', 0, /^Max Concurrency .*1 or more/],
		['maxConcurrency', 2.5, /^Max Concurrency must be a whole number/],
		['requestsPerSecond', -1, /^Requests per Second .*0 or more/],
		['requestTimeout', 0, /^Request Timeout .*greater than 0/],
		['maxRetries', -1, /^Max Retries .*0 or more/],
		['maxRetries', 1.5, /^Max Retries must be a whole number/],
		['maxDownloadSize', 0, /^Max Download Size .* number of MiB, greater than 0/],
	])('%s %p cannot be used', (name, value, message) => {
		const limits = limitsFrom({ parameters: { options: { [name]: value } } });
		expect(limits).toBeInstanceOf(InvalidParameterError);
		expect(limits).toMatchObject({ message: expect.stringMatching(message) });
	});

	test('an expression that fails is a setting that cannot be used, not the end of the node', () => {
		const options = new Error("Referenced node doesn't exist");
		const limits = limitsFrom({ parameters: { options } });
		expect(limits).toBeInstanceOf(InvalidParameterError);
		expect(limits).toMatchObject({ message: "Referenced node doesn't exist" });
	});
});

test("the contract's defaults", () => {
	const defaults = Object.entries({ ...POLLING_RULES, ...OPTION_RULES }).map(
		([name, rule]): [string, number] => [name, rule.default],
	);
	expect(Object.fromEntries(defaults)).toEqual({
		initialDelay: 0,
		interval: 10,
		backoffFactor: 1,
		maxInterval: 60,
		timeout: 900,
		parkAfter: 60,
		maxConcurrency: 10,
		requestsPerSecond: 0,
		requestTimeout: 30,
		maxRetries: 5,
		maxDownloadSize: 2048,
	});
});
