import {
	tryRead,
	InvalidParameterError,
	readNumber,
} from '../../../nodes/ApikleyVeo/parameters/number';
import { OPTION_RULES, POLLING_RULES } from '../../../nodes/ApikleyVeo/parameters/options';

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
		expect(readNumber(value, interval)).toBe(expected);
	});

	test.each([[undefined], [null], ['']])('%p, nothing, is the default', (value) => {
		expect(readNumber(value, interval)).toBe(10);
		expect(readNumber(value, timeout)).toBe(900);
		expect(readNumber(value, maxRetries)).toBe(5);
	});

	test('blanks are not taken for a 0 that nobody has entered', () => {
		expect(tryRead(() => readNumber('   ', timeout))).not.toBe(0);
	});

	test('the least value itself will do, unless it is excluded', () => {
		expect(readNumber(0, timeout)).toBe(0);
		expect(readNumber(1, backoffFactor)).toBe(1);
		expect(readNumber(1, maxConcurrency)).toBe(1);
		expect(readNumber(0, maxRetries)).toBe(0);
		expect(() => readNumber(0, interval)).toThrow(InvalidParameterError);
		expect(readNumber(0.001, interval)).toBe(0.001);
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
		expect(() => readNumber(value, interval)).toThrow(
			new InvalidParameterError(
				`Interval must be a number of seconds, greater than 0 (for example 10), but is ${shown}.`,
			),
		);
	});

	test('a value that JSON has no words for', () => {
		expect(() => readNumber(Symbol('ten'), interval)).toThrow(/but is Symbol\(ten\)\./);
	});

	test.each([1.5, '2.5'])('%p where a whole number is wanted', (value) => {
		expect(() => readNumber(value, maxConcurrency)).toThrow(
			/^Max Concurrency must be a whole number, 1 or more \(for example 10\), but is "?\d\.5"?\.$/,
		);
	});

	test('below the least value', () => {
		expect(() => readNumber(0.5, backoffFactor)).toThrow(
			'Backoff Factor must be a number, 1 or more (for example 1), but is 0.5.',
		);
	});

	test('the example is one that makes a difference, even where the default is 0', () => {
		expect(() => readNumber(-1, OPTION_RULES.requestsPerSecond)).toThrow(
			'Requests per Second must be a number, 0 or more (for example 1), but is -1.',
		);
	});
});

describe('catchInvalid', () => {
	test('gives what was read', () => {
		expect(tryRead(() => 7)).toBe(7);
	});

	test('gives the setting that cannot be used', () => {
		const problem = new InvalidParameterError('Interval must be more');
		const read = () => {
			throw problem;
		};
		expect(tryRead(read)).toBe(problem);
	});

	test("gives n8n's own words where an expression failed", () => {
		const read = () => {
			throw new Error("Referenced node doesn't exist");
		};
		const caught = tryRead(read);
		expect(caught).toBeInstanceOf(InvalidParameterError);
		expect(caught).toMatchObject({ message: "Referenced node doesn't exist" });
	});
});
