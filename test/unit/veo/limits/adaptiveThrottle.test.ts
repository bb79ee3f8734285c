import { AdaptiveThrottle } from '../../../../nodes/ApikleyVeo/veo/limits/adaptiveThrottle';

/** A throttle after these calls of `onThrottled`. */
function throttleAfter(...calls: ReadonlyArray<Parameters<AdaptiveThrottle['onThrottled']>>) {
	const throttle = new AdaptiveThrottle();
	for (const call of calls) throttle.onThrottled(...call);
	return throttle;
}

const succeed = (throttle: AdaptiveThrottle, times: number, startedAt: number) => {
	for (let count = 0; count < times; count++) throttle.onSuccess(startedAt);
};

test('a new throttle limits nothing', () => {
	const throttle = new AdaptiveThrottle();
	throttle.onStart(1_000);
	expect(throttle).toMatchObject({ intervalMs: 0, pausedUntil: 0 });
});

test('a 429 pauses all requests, and then spaces their starts', () => {
	const throttle = throttleAfter([1_000, 1_050, 5_000]);
	expect(throttle).toMatchObject({ intervalMs: 100, pausedUntil: 6_050 });
});

test('without a Retry-After each further 429 doubles the pause, up to four seconds, and not the interval', () => {
	const throttle = new AdaptiveThrottle();
	const pauses = [1, 2, 3, 4].map((number) => {
		const now = number * 10_000;
		throttle.onThrottled(now, now, null);
		return throttle.pausedUntil - now;
	});
	expect(pauses).toEqual([1_000, 2_000, 4_000, 4_000]);
	expect(throttle.intervalMs).toBe(100);
});

test('each 429 after a success doubles the interval, up to ten seconds', () => {
	const throttle = new AdaptiveThrottle();
	const intervals = Array.from({ length: 13 }, (_, number) => {
		throttle.onThrottled(number * 1000, number * 1000, null);
		const { intervalMs, pausedUntil } = throttle;
		throttle.onSuccess(number * 1000);
		return [Math.round(intervalMs), pausedUntil - number * 1000];
	});
	expect(intervals.slice(0, 3)).toEqual([
		[100, 1_000],
		[180, 1_000],
		[324, 1_000],
	]);
	expect(intervals.at(-1)).toEqual([10_000, 1_000]);
});

test('after a pause one request at a time starts, until one succeeds', () => {
	const throttle = throttleAfter([0, 50, 2_000], [60, 100, 2_000]);
	throttle.onStart(2_100);
	expect(throttle.pausedUntil).toBe(4_100);
	throttle.onSuccess(2_100);
	expect(throttle.pausedUntil).toBe(2_100);
	throttle.onStart(2_200);
	expect(throttle.pausedUntil).toBe(2_100);
});

test('requests that were in flight together increase the interval and the pause once', () => {
	const throttle = throttleAfter([0, 50, null], [10, 60, null], [49, 70, null]);
	expect(throttle).toMatchObject({ intervalMs: 100, pausedUntil: 1_070 });
	throttle.onThrottled(50, 90, null);
	expect(throttle).toMatchObject({ intervalMs: 100, pausedUntil: 2_090 });
});

test('a success that was in flight during a 429 changes nothing', () => {
	const throttle = throttleAfter([0, 50, null]);
	throttle.onStart(60);
	throttle.onSuccess(49);
	expect(throttle).toMatchObject({ intervalMs: 100, pausedUntil: 1_060 });
});

test('of several pauses the one that ends last counts', () => {
	const throttle = throttleAfter([0, 50, 1_000], [10, 60, 8_000], [20, 70, 2_000]);
	expect(throttle.pausedUntil).toBe(8_060);
});

test('29 successes reduce the first interval to 0, but leave the pause as it is', () => {
	const throttle = throttleAfter([0, 50, 5_000]);
	succeed(throttle, 2, 60);
	expect(throttle.intervalMs).toBe(81);
	succeed(throttle, 26, 60);
	expect(throttle.intervalMs).toBeGreaterThan(5);
	succeed(throttle, 1, 60);
	expect(throttle).toMatchObject({ intervalMs: 0, pausedUntil: 5_050 });
	throttle.onThrottled(60_000, 60_050, 0);
	expect(throttle.intervalMs).toBe(100);
});
