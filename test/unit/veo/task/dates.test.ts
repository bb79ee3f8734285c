import { toTime, secondsBetween } from '../../../../nodes/ApikleyVeo/veo/task/dates';

describe('a time stays as the API gave it', () => {
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
	])('%p is read as %p', (value, expected) => {
		expect(toTime(value)).toBe(expected);
	});
});

describe('the duration', () => {
	test.each<[string, string | number, string | number, number]>([
		['RFC 3339', '2025-06-06T10:25:00Z', '2025-06-06T10:30:00Z', 300],
		['fractions of a second', '2025-06-06T10:25:00.250Z', '2025-06-06T10:25:01.000Z', 0.75],
		['two different offsets', '2025-06-06T10:25:00+03:00', '2025-06-06T10:25:00Z', 10_800],
		['an offset without a colon', '2025-06-06T10:25:00+0300', '2025-06-06T07:26:00Z', 60],
		['an offset to the west', '2025-06-06T10:25:00-05:30', '2025-06-06T15:55:01Z', 1],
		['many fractions', '2025-06-06T10:25:00.123Z', '2025-06-06T10:25:00.623Z', 0.5],
		['small letters', '2025-06-06t10:25:00z', '2025-06-06t10:26:00z', 60],
		['no zone on either', '2025-06-06 10:25:00', '2025-06-06 10:30:00', 300],
		['no zone over midnight', '2025-06-06 23:59:30', '2025-06-07 00:00:30', 60],
		['no zone, written with T', '2025-06-06T10:25:00', '2025-06-06 10:25:09', 9],
		['spaces around', ' 2025-06-06 10:25:00 ', '2025-06-06 10:25:01', 1],
		['epoch milliseconds', 1749205500000, 1749205800000, 300],
		['epoch milliseconds as text', '1749205500000', 1749205500500, 0.5],
		['epoch milliseconds and RFC 3339', 1749205500000, '2025-06-06T10:30:00Z', 300],
		['no time at all', '2025-06-06T10:25:00Z', '2025-06-06T10:25:00Z', 0],
	])('%s', (_, start, end, seconds) => {
		expect(secondsBetween(start, end)).toBe(seconds);
	});

	test.each<[string, string | number | null, string | number | null]>([
		['the end is not there yet', '2025-06-06T10:25:00Z', null],
		['the start is missing', null, '2025-06-06T10:30:00Z'],
		['only the start has a zone', '2025-06-06T10:25:00Z', '2025-06-06 10:30:00'],
		['only the end has a zone', '2025-06-06 10:25:00', '2025-06-06T10:30:00Z'],
		['one is epoch, the other without a zone', 1749205500000, '2025-06-06 10:30:00'],
		['the end lies before the start', '2025-06-06T10:30:00Z', '2025-06-06T10:25:00Z'],
		['the start is no time', 'soon', '2025-06-06T10:30:00Z'],
		['the end is no time', '2025-06-06T10:25:00Z', 'soon'],
		['there is a date only', '2025-06-06', '2025-06-07'],
		['there is no such hour', '2025-06-06T10:25:00Z', '2025-06-06T99:25:00Z'],
		['something follows the time', '2025-06-06T10:25:00Z', '2025-06-06T10:30:00Z or so'],
		['something precedes the time', 'at 2025-06-06T10:25:00Z', '2025-06-06T10:30:00Z'],
	])('is not known where %s', (_, start, end) => {
		expect(secondsBetween(start, end)).toBeNull();
	});
});
