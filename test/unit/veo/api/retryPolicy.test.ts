import { exceedsMaxRetryAfter, pauseAfter } from '../../../../nodes/ApikleyVeo/veo/api/retryPolicy';

test.each([
	[null, 1_000, false],
	[0, 0, false],
	[7_000, 7_000, false],
	[120_000, 120_000, false],
	[120_001, 120_000, true],
])('a Retry-After of %p ms pauses for %p ms, and exceeds the maximum: %p', (...expected) => {
	const [retryAfterMs, pauseMs, exceeds] = expected;
	expect(pauseAfter({ retryAfterMs })).toBe(pauseMs);
	expect(exceedsMaxRetryAfter({ retryAfterMs })).toBe(exceeds);
});
