import { AdaptiveThrottle } from '../../../../nodes/ApikleyVeo/veo/limits/adaptiveThrottle';

/** A throttle after these calls of `onThrottled`. */
function throttleAfter(...calls: ReadonlyArray<Parameters<AdaptiveThrottle['onThrottled']>>) {
	const throttle = new AdaptiveThrottle();
	for (const call of calls) throttle.onThrottled(...call);
	return throttle;
}

const succeed = (throttle: AdaptiveThrottle, times: number) => {
	for (let count = 0; count < times; count++) throttle.onSuccess();
};

test('a new throttle limits nothing', () => {
	expect(new AdaptiveThrottle()).toMatchObject({ intervalMs: 0, pausedUntil: 0 });
});

test('a 429 pauses all requests, and then spaces their starts', () => {
	expect(throttleAfter([1_000, 1_050, 5_000])).toMatchObject({
		intervalMs: 100,
		pausedUntil: 6_050,
	});
});

test('each further 429 doubles the interval, up to ten seconds', () => {
	const throttle = new AdaptiveThrottle();
	const intervals = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((second) => {
		throttle.onThrottled(second * 1000, second * 1000 + 50, 0);
		return throttle.intervalMs;
	});
	expect(intervals).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
});

test('requests that were in flight together increase the interval once', () => {
	const throttle = throttleAfter([0, 50, 1_000], [10, 60, 1_000], [49, 70, 1_000]);
	expect(throttle.intervalMs).toBe(100);
	throttle.onThrottled(51, 90, 1_000);
	expect(throttle.intervalMs).toBe(200);
});

test('of several pauses the one that ends last counts', () => {
	const throttle = throttleAfter([0, 50, 1_000], [10, 60, 8_000], [20, 70, 2_000]);
	expect(throttle.pausedUntil).toBe(8_060);
});

test('29 successes reduce the first interval to 0, but leave the pause as it is', () => {
	const throttle = throttleAfter([0, 50, 5_000]);
	succeed(throttle, 2);
	expect(throttle.intervalMs).toBe(81);
	succeed(throttle, 26);
	expect(throttle.intervalMs).toBeGreaterThan(5);
	succeed(throttle, 1);
	expect(throttle).toMatchObject({ intervalMs: 0, pausedUntil: 5_050 });
	throttle.onThrottled(60_000, 60_050, 0);
	expect(throttle.intervalMs).toBe(100);
});
