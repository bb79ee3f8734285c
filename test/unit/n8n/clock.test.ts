import { systemClock } from '../../../nodes/ApikleyVeo/n8n/clock';
import { spyOnSignal } from '../support/spyOnSignal';

const DAY_MS = 86_400_000;

beforeEach(() => {
	jest.useFakeTimers({ now: Date.UTC(2025, 5, 6, 10, 25, 0) });
});

afterEach(() => {
	jest.useRealTimers();
});

/** Sleeps, and records how many milliseconds it took. */
function startSleep(ms: number, signal: AbortSignal) {
	const startedAt = systemClock.now();
	const slept: number[] = [];
	void systemClock.sleep(ms, signal).then(() => slept.push(systemClock.now() - startedAt));
	return slept;
}

test('date counts milliseconds since 1970', async () => {
	expect(systemClock.date()).toBe(Date.UTC(2025, 5, 6, 10, 25, 0));
	await jest.advanceTimersByTimeAsync(1_500);
	expect(systemClock.date()).toBe(Date.UTC(2025, 5, 6, 10, 25, 1, 500));
});

test('now moves forward, even if the date is set back', async () => {
	const before = systemClock.now();
	await jest.advanceTimersByTimeAsync(1_500);
	jest.setSystemTime(0);
	expect(systemClock.now() - before).toBe(1_500);
});

test('sleep takes the given time', async () => {
	const slept = startSleep(2_500, new AbortController().signal);
	await jest.advanceTimersByTimeAsync(2_499);
	expect(slept).toEqual([]);
	await jest.advanceTimersByTimeAsync(1);
	expect(slept).toEqual([2_500]);
});

test.each<[number, string, AbortSignal]>([
	[0, 'any', new AbortController().signal],
	[-1, 'any', new AbortController().signal],
	[NaN, 'any', new AbortController().signal],
	[60_000, 'an aborted', AbortSignal.abort()],
])('sleep(%p) with %s signal resolves at once', async (ms, _, signal) => {
	const slept = startSleep(ms, signal);
	await jest.advanceTimersByTimeAsync(0);
	expect(slept).toEqual([0]);
	expect(jest.getTimerCount()).toBe(0);
});

test('sleep can take longer than a timer of Node', async () => {
	const slept = startSleep(30 * DAY_MS, new AbortController().signal);
	await jest.advanceTimersByTimeAsync(25 * DAY_MS);
	expect(slept).toEqual([]);
	await jest.advanceTimersByTimeAsync(5 * DAY_MS);
	expect(slept).toEqual([30 * DAY_MS]);
});

test('an abort ends a sleep at once, and removes its timer and its listener', async () => {
	const { controller, signal, listeners } = spyOnSignal();
	const slept = startSleep(60_000, signal);
	await jest.advanceTimersByTimeAsync(700);
	expect(jest.getTimerCount()).toBe(1);
	controller.abort();
	await jest.advanceTimersByTimeAsync(0);
	expect(slept).toEqual([700]);
	expect([jest.getTimerCount(), listeners()]).toEqual([0, 0]);
});

test('a sleep that ends removes its listener', async () => {
	const { signal, listeners } = spyOnSignal();
	startSleep(1_000, signal);
	await jest.advanceTimersByTimeAsync(999);
	expect(listeners()).toBeGreaterThan(0);
	await jest.advanceTimersByTimeAsync(1);
	expect(listeners()).toBe(0);
});
