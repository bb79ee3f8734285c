import {
	cutRetryAfter,
	exceedsMaxRetryAfter,
} from '../../../../nodes/ApikleyVeo/veo/api/retryPolicy';

test.each([
	[null, null, false],
	[0, 0, false],
	[7_000, 7_000, false],
	[120_000, 120_000, false],
	[120_001, 120_000, true],
])('a Retry-After of %p ms is cut to %p ms, and exceeds the maximum: %p', (...expected) => {
	const [retryAfterMs, cutMs, exceeds] = expected;
	expect(cutRetryAfter({ retryAfterMs })).toBe(cutMs);
	expect(exceedsMaxRetryAfter({ retryAfterMs })).toBe(exceeds);
});
