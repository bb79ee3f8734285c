import { retryDelay } from '../../../../nodes/ApikleyVeo/veo/api/backoff';

const ALMOST_ONE = 1 - Number.EPSILON;

const delays = (random: number) =>
	[1, 2, 3, 4, 5, 6, 7, 50, 2000].map((retry) => retryDelay(retry, null, () => random) / 1000);

test('doubles from one second up to thirty', () => {
	expect(delays(0.5)).toEqual([1, 2, 4, 8, 16, 30, 30, 30, 30]);
});

test('by chance a quarter less', () => {
	expect(delays(0)).toEqual([0.75, 1.5, 3, 6, 12, 22.5, 22.5, 22.5, 22.5]);
});

test('by chance a quarter more', () => {
	const rounded = delays(ALMOST_ONE).map((delay) => Math.round(delay * 1000) / 1000);
	expect(rounded).toEqual([1.25, 2.5, 5, 10, 20, 37.5, 37.5, 37.5, 37.5]);
});

test('Retry-After is never undercut, and exceeded by a tenth at the most', () => {
	expect(retryDelay(1, 7_000, () => 0)).toBe(7_000);
	expect(retryDelay(6, 7_000, () => 0)).toBe(7_000);
	expect(retryDelay(1, 7_000, () => ALMOST_ONE)).toBeCloseTo(7_700, 3);
});
