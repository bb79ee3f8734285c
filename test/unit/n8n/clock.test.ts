import { systemClock } from '../../../nodes/ApikleyVeo/n8n/clock';
import { spyOnSignal } from '../support/spyOnSignal';

const DAY_MS = 86_400_000;

beforeEach(() => {
	jest.useFakeTimers({ now: Date.UTC(2025, 5, 6, 10, 25, 0) });
});

afterEach(() => {
	jest.useRealTimers();
});

/** Notes when it ended, in milliseconds from now. */
function sleeper(ms: number, signal: AbortSignal) {
	const startedAt = systemClock.now();
	const slept: number[] = [];
	void systemClock.sleep(ms, signal).then(() => slept.push(systemClock.now() - startedAt));
	return slept;
}

test('dates are since 1970', async () => {
	expect(systemClock.date()).toBe(Date.UTC(2025, 5, 6, 10, 25, 0));
	await jest.advanceTimersByTimeAsync(1_500);
	expect(systemClock.date()).toBe(Date.UTC(2025, 5, 6, 10, 25, 1, 500));
});

test('now goes forward with time, also where somebody sets the date back', async () => {
	const before = systemClock.now();
	await jest.advanceTimersByTimeAsync(1_500);
	jest.setSystemTime(0);
	expect(systemClock.now() - before).toBe(1_500);
});

test('sleeps as long as asked for', async () => {
	const slept = sleeper(2_500, new AbortController().signal);
	await jest.advanceTimersByTimeAsync(2_499);
	expect(slept).toEqual([]);
	await jest.advanceTimersByTimeAsync(1);
	expect(slept).toEqual([2_500]);
});

test.each([0, -1, NaN])('sleep(%p) ends at once', async (ms) => {
	const slept = sleeper(ms, new AbortController().signal);
	await jest.advanceTimersByTimeAsync(0);
	expect(slept).toEqual([0]);
	expect(jest.getTimerCount()).toBe(0);
});

test('sleeps longer than a timer of Node can', async () => {
	const slept = sleeper(30 * DAY_MS, new AbortController().signal);
	await jest.advanceTimersByTimeAsync(25 * DAY_MS);
	expect(slept).toEqual([]);
	await jest.advanceTimersByTimeAsync(5 * DAY_MS);
	expect(slept).toEqual([30 * DAY_MS]);
});

test('abort ends a sleep at once, and gives timer and listener back', async () => {
	const { controller, signal, listeners } = spyOnSignal();
	const slept = sleeper(60_000, signal);
	await jest.advanceTimersByTimeAsync(700);
	expect(jest.getTimerCount()).toBe(1);
	controller.abort();
	await jest.advanceTimersByTimeAsync(0);
	expect(slept).toEqual([700]);
	expect(jest.getTimerCount()).toBe(0);
	expect(listeners()).toBe(0);
});

test('aborted beforehand: ends at once', async () => {
	const slept = sleeper(60_000, AbortSignal.abort());
	await jest.advanceTimersByTimeAsync(0);
	expect(slept).toEqual([0]);
	expect(jest.getTimerCount()).toBe(0);
});

test('a sleep that has ended leaves no listener behind', async () => {
	const { signal, listeners } = spyOnSignal();
	sleeper(1_000, signal);
	await jest.advanceTimersByTimeAsync(999);
	expect(listeners()).toBeGreaterThan(0);
	await jest.advanceTimersByTimeAsync(1);
	expect(listeners()).toBe(0);
});
