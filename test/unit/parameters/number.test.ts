import { InvalidParameterError } from '../../../nodes/ApikleyVeo/parameters/invalidParameter';
import { readNumber } from '../../../nodes/ApikleyVeo/parameters/number';
import type { NumberRule } from '../../../nodes/ApikleyVeo/parameters/number';

const number: NumberRule = { label: 'Timeout', default: 900, min: 0 };
const positive: NumberRule = { ...number, label: 'Interval', default: 10, exclusive: true };
const whole: NumberRule = { label: 'Max Concurrency', default: 10, min: 1, whole: true };
const factor: NumberRule = { label: 'Backoff Factor', default: 1, min: 1 };
const seed: NumberRule = { label: 'Seed', default: 10, min: 10, max: 99, whole: true };
const rate: NumberRule = { label: 'Requests per Second', default: 0, min: 0 };

test.each<[unknown, number]>([
	[10, 10],
	[0.25, 0.25],
	['10', 10],
	[' 2.5 ', 2.5],
	[1e6, 1_000_000],
])('%p is the number %p', (value, expected) => {
	expect(readNumber(value, number)).toBe(expected);
});

test.each([[undefined], [null], [''], [' \t']])('%p is the default, not 0', (value) => {
	expect(readNumber(value, number)).toBe(900);
});

test.each([
	[0, number],
	[0.001, positive],
	[1, whole],
	[1, factor],
	[10, seed],
])('%p is the least number for the rule %j', (value, rule) => {
	expect(readNumber(value, rule)).toBe(value);
});

test('the greatest number of a rule is allowed', () => {
	expect(readNumber(99, seed)).toBe(99);
});

test.each<[NumberRule, unknown, string, string]>([
	[positive, 0, 'a number, more than 0', '0'],
	[positive, NaN, 'a number, more than 0', 'NaN'],
	[number, -1, 'a number, 0 or more', '-1'],
	[number, '-1', 'a number, 0 or more', '"-1"'],
	[number, Infinity, 'a number, 0 or more', 'Infinity'],
	[number, 'Infinity', 'a number, 0 or more', '"Infinity"'],
	[number, 'ten', 'a number, 0 or more', '"ten"'],
	[number, '10 s', 'a number, 0 or more', '"10 s"'],
	[number, true, 'a number, 0 or more', 'true'],
	[number, [10], 'a number, 0 or more', '[10]'],
	[number, { seconds: 10 }, 'a number, 0 or more', '{"seconds":10}'],
	[number, Symbol('ten'), 'a number, 0 or more', 'Symbol(ten)'],
	[whole, 1.5, 'a whole number, 1 or more', '1.5'],
	[whole, '2.5', 'a whole number, 1 or more', '"2.5"'],
	[factor, 0.5, 'a number, 1 or more', '0.5'],
	[seed, 9, 'a whole number from 10 to 99', '9'],
	[seed, 100, 'a whole number from 10 to 99', '100'],
	[seed, 10.5, 'a whole number from 10 to 99', '10.5'],
])('the rule %j forbids %p', (rule, value, expectation, shown) => {
	expect(() => readNumber(value, rule)).toThrow(
		new InvalidParameterError(`${rule.label} must be ${expectation}. It is ${shown}.`, ''),
	);
});

test.each([
	[positive, 'Set it to 10, for example.'],
	[rate, 'Set it to 1, for example.'],
])('the advice for the rule %j is a number that makes a difference', (rule, advice) => {
	expect(() => readNumber(-1, rule)).toThrow(expect.objectContaining({ advice }));
});
