import {
	catchInvalid,
	InvalidSetting,
	readSetting,
} from '../../../nodes/ApikleyVeo/settings/numbers';
import { OPTION_RULES, POLLING_RULES } from '../../../nodes/ApikleyVeo/settings/settings';

const { interval, timeout, backoffFactor } = POLLING_RULES;
const { maxConcurrency, maxRetries } = OPTION_RULES;

describe('a number that can be used', () => {
	test.each<[unknown, number]>([
		[10, 10],
		[0.25, 0.25],
		['10', 10],
		[' 2.5 ', 2.5],
		[1e6, 1_000_000],
	])('%p is read as %p', (value, expected) => {
		expect(readSetting(value, interval)).toBe(expected);
	});

	test.each([[undefined], [null], ['']])('%p, nothing, is the default', (value) => {
		expect(readSetting(value, interval)).toBe(10);
		expect(readSetting(value, timeout)).toBe(900);
		expect(readSetting(value, maxRetries)).toBe(5);
	});

	test('blanks are not taken for a 0 that nobody has entered', () => {
		expect(catchInvalid(() => readSetting('   ', timeout))).not.toBe(0);
	});

	test('the least value itself will do, unless it is excluded', () => {
		expect(readSetting(0, timeout)).toBe(0);
		expect(readSetting(1, backoffFactor)).toBe(1);
		expect(readSetting(1, maxConcurrency)).toBe(1);
		expect(readSetting(0, maxRetries)).toBe(0);
		expect(() => readSetting(0, interval)).toThrow(InvalidSetting);
		expect(readSetting(0.001, interval)).toBe(0.001);
	});
});

describe('what is no number is named, with what it must be', () => {
	test.each<[unknown, string]>([
		[0, '0'],
		[-1, '-1'],
		['-1', '"-1"'],
		[NaN, 'NaN'],
		[Infinity, 'Infinity'],
		['Infinity', '"Infinity"'],
		['ten', '"ten"'],
		['10 s', '"10 s"'],
		[true, 'true'],
		[false, 'false'],
		[[10], '[10]'],
		[[], '[]'],
		[{ seconds: 10 }, '{"seconds":10}'],
	])('%p', (value, shown) => {
		expect(() => readSetting(value, interval)).toThrow(
			new InvalidSetting(
				`Interval must be a number of seconds, greater than 0 (for example 10), but is ${shown}.`,
			),
		);
	});

	test('a value that JSON has no words for', () => {
		expect(() => readSetting(Symbol('ten'), interval)).toThrow(/but is Symbol\(ten\)\./);
	});

	test.each([1.5, '2.5'])('%p where a whole number is wanted', (value) => {
		expect(() => readSetting(value, maxConcurrency)).toThrow(
			/^Max Concurrency must be a whole number, 1 or more \(for example 10\), but is "?\d\.5"?\.$/,
		);
	});

	test('below the least value', () => {
		expect(() => readSetting(0.5, backoffFactor)).toThrow(
			'Backoff Factor must be a number, 1 or more (for example 1), but is 0.5.',
		);
	});

	test('the example is one that makes a difference, even where the default is 0', () => {
		expect(() => readSetting(-1, OPTION_RULES.requestsPerSecond)).toThrow(
			'Requests per Second must be a number, 0 or more (for example 1), but is -1.',
		);
	});
});

describe('catchInvalid', () => {
	test('gives what was read', () => {
		expect(catchInvalid(() => 7)).toBe(7);
	});

	test('gives the setting that cannot be used', () => {
		const problem = new InvalidSetting('Interval must be more');
		const read = () => {
			throw problem;
		};
		expect(catchInvalid(read)).toBe(problem);
	});

	test("gives n8n's own words where an expression failed", () => {
		const read = () => {
			throw new Error("Referenced node doesn't exist");
		};
		const caught = catchInvalid(read);
		expect(caught).toBeInstanceOf(InvalidSetting);
		expect(caught).toMatchObject({ message: "Referenced node doesn't exist" });
	});
});
