import { intervalAfter } from '../../../../nodes/ApikleyVeo/veo/polling/schedule';

const schedule = (interval: number, backoffFactor: number, maxInterval: number) => ({
	initialDelayMs: 0,
	intervalMs: interval * 1000,
	backoffFactor,
	maxIntervalMs: maxInterval * 1000,
	timeoutMs: 900_000,
});

test.each<[string, number, number, number, number[]]>([
	['stays constant with factor 1', 10, 1, 60, [10, 10, 10, 10, 10, 10]],
	['doubles with factor 2, up to its maximum', 5, 2, 60, [5, 10, 20, 40, 60, 60]],
	['grows by fractions with factor 1.5', 4, 1.5, 60, [4, 6, 9, 13.5, 20.25, 30.375]],
	['is kept if it starts above its maximum', 90, 2, 60, [90, 90, 90, 90, 90, 90]],
])('the interval %s', (_, interval, factor, maximum, expected) => {
	const given = schedule(interval, factor, maximum);
	const intervals = [1, 2, 3, 4, 5, 6].map((lookups) => intervalAfter(given, lookups) / 1000);
	expect(intervals).toEqual(expected);
});

test('the interval is still its maximum after ten thousand lookups', () => {
	expect(intervalAfter(schedule(10, 2, 60), 10_000)).toBe(60_000);
});
