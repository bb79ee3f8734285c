import { intervalAfter } from '../../../../nodes/ApikleyVeo/veo/polling/schedule';

const schedule = (intervalMs: number, backoffFactor: number, maxIntervalMs: number) => ({
	initialDelayMs: 0,
	intervalMs,
	backoffFactor,
	maxIntervalMs,
	timeoutMs: 900_000,
});

test.each<[string, number, number, number, number[]]>([
	['factor 1: all gaps are equal', 10, 1, 60, [10, 10, 10, 10, 10, 10]],
	['factor 2, up to the longest gap', 5, 2, 60, [5, 10, 20, 40, 60, 60]],
	['factor 1.5', 4, 1.5, 60, [4, 6, 9, 13.5, 20.25, 30.375]],
	['an interval beyond the longest gap stays', 90, 1, 60, [90, 90, 90, 90, 90, 90]],
	['and does not grow either', 90, 2, 60, [90, 90, 90, 90, 90, 90]],
	['the longest gap is the interval', 60, 3, 60, [60, 60, 60, 60, 60, 60]],
])('%s', (_, interval, factor, longest, gaps) => {
	const times = schedule(interval * 1000, factor, longest * 1000);
	expect([1, 2, 3, 4, 5, 6].map((lookups) => intervalAfter(times, lookups) / 1000)).toEqual(gaps);
});

test('after ten thousand lookups the gap is still the longest one', () => {
	expect(intervalAfter(schedule(10_000, 2, 60_000), 10_000)).toBe(60_000);
});
