import { intervalAfter } from '../../../../nodes/ApikleyVeo/veo/polling/schedule';
import { schedule } from '../../support/schedule';
import type { ScheduleOptions } from '../../support/schedule';

test.each<[string, ScheduleOptions, number[]]>([
	['stays constant with factor 1', {}, [10, 10, 10, 10, 10, 10]],
	[
		'doubles with factor 2, up to its maximum',
		{ interval: 5, backoffFactor: 2 },
		[5, 10, 20, 40, 60, 60],
	],
	[
		'grows by fractions with factor 1.5',
		{ interval: 4, backoffFactor: 1.5 },
		[4, 6, 9, 13.5, 20.25, 30.375],
	],
	[
		'is kept if it starts above its maximum',
		{ interval: 90, backoffFactor: 2 },
		[90, 90, 90, 90, 90, 90],
	],
])('the interval %s', (_, options, expected) => {
	const given = schedule(options);
	const intervals = [1, 2, 3, 4, 5, 6].map((lookups) => intervalAfter(given, lookups) / 1000);
	expect(intervals).toEqual(expected);
});

test('the interval is still its maximum after ten thousand lookups', () => {
	expect(intervalAfter(schedule({ backoffFactor: 2 }), 10_000)).toBe(60_000);
});
