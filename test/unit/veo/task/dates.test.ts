import {
	isCertainlyBefore,
	secondsBetween,
	toTime,
} from '../../../../nodes/ApikleyVeo/veo/task/dates';

describe('a time is kept as the API sent it', () => {
	test.each([
		['2025-06-06T10:25:00Z', '2025-06-06T10:25:00Z'],
		['2025-06-06 10:25:00', '2025-06-06 10:25:00'],
		[1749205500000, 1749205500000],
		['yesterday', 'yesterday'],
		['', null],
		['  ', null],
		[null, null],
		[undefined, null],
		[NaN, null],
		[-Infinity, null],
		[0, 0],
		[true, null],
		[{}, null],
	])('%p becomes %p', (value, expected) => {
		expect(toTime(value)).toBe(expected);
	});
});

describe('the duration between two times', () => {
	test.each<[string, string | number, string | number, number]>([
		['in RFC 3339', '2025-06-06T10:25:00Z', '2025-06-06T10:30:00Z', 300],
		['with fractions of a second', '2025-06-06T10:25:00.250Z', '2025-06-06T10:25:01.000Z', 0.75],
		['with two different offsets', '2025-06-06T10:25:00+03:00', '2025-06-06T10:25:00Z', 10_800],
		['with an offset without a colon', '2025-06-06T10:25:00+0300', '2025-06-06T07:26:00Z', 60],
		['with a negative offset', '2025-06-06T10:25:00-05:30', '2025-06-06T15:55:01Z', 1],
		['with milliseconds in both', '2025-06-06T10:25:00.123Z', '2025-06-06T10:25:00.623Z', 0.5],
		['in lower case', '2025-06-06t10:25:00z', '2025-06-06t10:26:00z', 60],
		['without zones', '2025-06-06 10:25:00', '2025-06-06 10:30:00', 300],
		['without zones, over midnight', '2025-06-06 23:59:30', '2025-06-07 00:00:30', 60],
		['without zones, one with a T', '2025-06-06T10:25:00', '2025-06-06 10:25:09', 9],
		['with spaces around them', ' 2025-06-06 10:25:00 ', '2025-06-06 10:25:01', 1],
		['in epoch milliseconds', 1749205500000, 1749205800000, 300],
		['in epoch milliseconds, one as text', '1749205500000', 1749205500500, 0.5],
		['in epoch milliseconds and RFC 3339', 1749205500000, '2025-06-06T10:30:00Z', 300],
		['that are equal', '2025-06-06T10:25:00Z', '2025-06-06T10:25:00Z', 0],
	])('%s is known', (_, start, end, seconds) => {
		expect(secondsBetween(start, end)).toBe(seconds);
	});

	test.each<[string, string | number | null, string | number | null]>([
		['the end is missing', '2025-06-06T10:25:00Z', null],
		['the start is missing', null, '2025-06-06T10:30:00Z'],
		['only the start has a zone', '2025-06-06T10:25:00Z', '2025-06-06 10:30:00'],
		['only the end has a zone', '2025-06-06 10:25:00', '2025-06-06T10:30:00Z'],
		['one has no zone and the other is an epoch', 1749205500000, '2025-06-06 10:30:00'],
		['the end is before the start', '2025-06-06T10:30:00Z', '2025-06-06T10:25:00Z'],
		['the start is not a time', 'soon', '2025-06-06T10:30:00Z'],
		['the end is not a time', '2025-06-06T10:25:00Z', 'soon'],
		['there are only dates', '2025-06-06', '2025-06-07'],
		['the hour does not exist', '2025-06-06T10:25:00Z', '2025-06-06T99:25:00Z'],
		['text follows the time', '2025-06-06T10:25:00Z', '2025-06-06T10:30:00Z or so'],
		['text precedes the time', 'at 2025-06-06T10:25:00Z', '2025-06-06T10:30:00Z'],
	])('is unknown if %s', (_, start, end) => {
		expect(secondsBetween(start, end)).toBeNull();
	});
});

const DATE = Date.UTC(2025, 5, 6, 10, 25);

test.each<[string | number, boolean]>([
	['2025-06-06T10:24:59Z', true],
	['2025-06-06T10:25:00Z', false],
	['2025-06-05 22:24:59', true],
	['2025-06-05 22:25:00', false],
	[DATE - 1, true],
	[DATE, false],
	[1e11, true],
	[1e11 - 1, false],
	['yesterday', false],
])('the time %j is certainly before 10:25 UTC: %p', (time, expected) => {
	expect(isCertainlyBefore(time, DATE)).toBe(expected);
});
