import { InvalidParameterError } from '../../../nodes/ApikleyVeo/parameters/invalidParameter';
import {
	POLLING_RULES,
	readOptionalWait,
	readParkAfterMs,
	readWait,
	UPGRADE_POLLING_RULES,
} from '../../../nodes/ApikleyVeo/parameters/polling';
import { fakeContext, FRESH } from '../support/fakeContext';
import type { FakeRun } from '../support/fakeContext';
import { waitRequest } from '../support/requests';

const waitOf = (polling: object) => readWait(fakeContext({ parameters: { polling } }).context, 0);

test('a wait has defaults', () => {
	expect(waitOf({})).toEqual(waitRequest('error'));
});

test('a wait is in seconds, except for its factor', () => {
	const options = { initialDelay: 1.5, interval: 0.25, backoffFactor: 1.5, timeout: 7 };
	expect(waitOf({ ...options, maxInterval: '20', onTimeout: 'output' })).toEqual(
		waitRequest('output', { ...options, maxInterval: 20 }),
	);
});

test('each item has its own wait', () => {
	const items = [1, 2].map((interval) => ({ polling: { interval } }));
	const { context } = fakeContext({ items });
	expect([0, 1].map((index) => readWait(context, index))).toEqual([
		waitRequest('error', { interval: 1 }),
		waitRequest('error', { interval: 2 }),
	]);
});

test('a wait for a 1080p version has defaults of its own', () => {
	const { context } = fakeContext({ parameters: { polling: { timeout: 5 } } });
	const expected = waitRequest('error', { interval: 20, timeout: 5 });
	expect(readWait(context, 0, UPGRADE_POLLING_RULES)).toEqual(expected);
	const { context: unset } = fakeContext();
	expect(readWait(unset, 0, UPGRADE_POLLING_RULES).schedule.timeoutMs).toBe(600_000);
});

describe('Wait for Completion', () => {
	const optionalWaitOf = (waitForCompletion: unknown) =>
		readOptionalWait(fakeContext({ parameters: { waitForCompletion } }).context, 0);

	test.each([undefined, true, 'true'])('is a wait if it is %p', (value) => {
		expect(optionalWaitOf(value)).toEqual(waitRequest('error'));
	});

	test.each([false, 'false'])('is no wait if it is %p', (value) => {
		expect(optionalWaitOf(value)).toBeNull();
	});

	test('must be true or false', () => {
		expect(() => optionalWaitOf('later')).toThrow(InvalidParameterError);
	});
});

test('an unknown On Timeout or While Waiting is invalid', () => {
	expect(() => waitOf({ onTimeout: 'something' })).toThrow(InvalidParameterError);
	const { context } = fakeContext({ parameters: { whileWaiting: 'something' } });
	expect(() => readParkAfterMs(context, undefined)).toThrow(InvalidParameterError);
});

test.each([
	['initialDelay', -1],
	['interval', 0],
	['backoffFactor', 0.9],
	['maxInterval', 0],
	['timeout', -0.001],
	['timeout', 'soon'],
] as const)('the wait setting %s must not be %p', (name, value) => {
	expect(() => waitOf({ [name]: value })).toThrow(InvalidParameterError);
	expect(() => waitOf({ [name]: value })).toThrow(POLLING_RULES[name].label);
});

describe('Park After', () => {
	const parkAfterOf = ({ parameters, ...run }: FakeRun, response = FRESH) => {
		const all = { whileWaiting: 'park', ...parameters };
		return readParkAfterMs(fakeContext({ ...run, parameters: all }).context, response);
	};

	test.each<[string, FakeRun, number]>([
		['a minute by default', {}, 60_000],
		['in seconds', { parameters: { polling: { parkAfter: 2.5 } } }, 2_500],
		['infinite if waits are not parked', { parameters: { whileWaiting: 'keepRunning' } }, Infinity],
		['infinite in a tool', { asTool: 'node' }, Infinity],
		['infinite without a node before this one', { entry: { source: null } }, Infinity],
	])('is %s', (_, run, expected) => {
		expect(parkAfterOf(run)).toBe(expected);
	});

	test.each([
		['was not called by another one', undefined, 60_000],
		['was called by one that does not wait', { shouldResume: false }, 60_000],
		['was called by one that waits', { shouldResume: true }, Infinity],
		['was called by one that may wait', {}, Infinity],
	])('where n8n tells a caller no failure, in an execution that %s', (_, caller, expected) => {
		const { context } = fakeContext({ parameters: { whileWaiting: 'park' } });
		const execution = { runExecutionData: { parentExecution: caller } };
		expect(readParkAfterMs(Object.assign(context, execution), FRESH)).toBe(expected);
		const present = Object.assign(context, { onExecutionFinish: () => {} });
		expect(readParkAfterMs(present, FRESH)).toBe(60_000);
	});

	test.each<[string, FakeRun]>([
		['an n8n that cannot park', { hasWorkflowSettings: false }],
		['a negative number', { parameters: { polling: { parkAfter: -1 } } }],
	])('is invalid with %s', (_, run) => {
		expect(() => parkAfterOf(run)).toThrow(InvalidParameterError);
	});
});

test.each([1e12, 8.64e15, Number.MAX_VALUE])(
	'a wait of %p seconds has times that can still be added to a date',
	(seconds) => {
		const names = ['initialDelay', 'interval', 'maxInterval', 'timeout'];
		const polling = Object.fromEntries(names.map((name) => [name, seconds]));
		const { schedule } = readWait(fakeContext({ parameters: { polling } }).context, 0);
		const { initialDelayMs, intervalMs, maxIntervalMs, timeoutMs } = schedule;
		for (const ms of [initialDelayMs, intervalMs, maxIntervalMs, timeoutMs]) {
			expect(new Date(Date.now() + ms).getUTCFullYear()).toBeGreaterThan(2100);
		}
	},
);

test('Wake on Callback that is neither true nor false is an error before anything is sent', () => {
	const { context } = fakeContext({ parameters: { polling: { wakeOnCallback: 'x' } } });
	expect(() => readWait(context, 0)).toThrow(InvalidParameterError);
});
