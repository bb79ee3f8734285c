import { parseRetryAfter } from '../../../../nodes/ApikleyVeo/veo/api/retryAfter';

const NOW = Date.UTC(2025, 5, 6, 10, 25, 0);

test.each<[string | undefined, number | null]>([
	['7', 7_000],
	['0', null],
	['0.0', null],
	[' 120 ', 120_000],
	['1.5', 1_500],
	['1.25', 1_250],
	['+5', null],
	['1.', null],
	['in 5', null],
	[' Wednesday, 04-Jun-25 10:00:00 GMT ', null],
	['Wednesday, 11-Jun-25 10:25:00 GMT', 432_000_000],
	['06 Jun 2025 10:25:30 GMT', null],
	['at 6 Jun 2025 10:25:30 GMT', null],
	['Fri, 06 Jun 2025 10:25:30 GMT', 30_000],
	['Friday, 06-Jun-25 10:26:00 GMT', 60_000],
	['Fri Jun  6 10:25:05 2025 GMT', 5_000],
	['Fri, 06 Jun 2025 10:24:00 GMT', null],
	['Fri, 06 Jun 2025 10:25:00 GMT', null],
	[undefined, null],
	['', null],
	['-5', null],
	['7 seconds', null],
	['1e3', null],
	['Infinity', null],
	['2025-06-06T10:25:30Z', null],
	['1749205530', 1_749_205_530_000],
	['Fri, 99 Foo 2025 10:25:30 GMT', null],
])('Retry-After %p means %p ms', (header, expected) => {
	expect(parseRetryAfter(header, NOW)).toBe(expected);
});
