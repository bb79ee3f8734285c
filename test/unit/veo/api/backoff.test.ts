import { retryDelay } from '../../../../nodes/ApikleyVeo/veo/api/backoff';

const ALMOST_ONE = 1 - Number.EPSILON;

test.each<[string, number, number[]]>([
	['doubles from 1 s to 30 s', 0.5, [1, 2, 4, 8, 16, 30, 30, 30, 30]],
	['is randomly up to a quarter shorter', 0, [0.75, 1.5, 3, 6, 12, 22.5, 22.5, 22.5, 22.5]],
	[
		'is randomly up to a quarter longer',
		ALMOST_ONE,
		[1.25, 2.5, 5, 10, 20, 37.5, 37.5, 37.5, 37.5],
	],
])('the delay before a retry %s', (_, random, expected) => {
	const retries = [1, 2, 3, 4, 5, 6, 7, 50, 2000];
	const delays = retries.map((retry) => Math.round(retryDelay(retry, null, () => random)) / 1000);
	expect(delays).toEqual(expected);
});

test('a Retry-After is never undercut, and exceeded by at most a tenth', () => {
	expect(retryDelay(1, 7_000, () => 0)).toBe(7_000);
	expect(retryDelay(6, 7_000, () => 0)).toBe(7_000);
	expect(retryDelay(1, 7_000, () => ALMOST_ONE)).toBeCloseTo(7_700, 3);
});
