import {
	toBoolean,
	toNumber,
	toObject,
	toText,
	toTexts,
} from '../../../../nodes/ApikleyVeo/veo/task/coerce';

const A = 'https://cdn.example.com/a.mp4';
const B = 'https://cdn.example.com/b.mp4';

describe('toNumber', () => {
	test.each<[unknown, number | null]>([
		[400, 400],
		[0, 0],
		['400', 400],
		[' 501 ', 501],
		['0', 0],
		['-1.5', -1.5],
		['', null],
		['  ', null],
		['four hundred', null],
		['400 Bad Request', null],
		['Infinity', null],
		[NaN, null],
		[Infinity, null],
		[null, null],
		[undefined, null],
		[true, null],
		[[400], null],
		[{ code: 400 }, null],
	])('%p becomes %p', (value, expected) => {
		expect(toNumber(value)).toBe(expected);
	});
});

describe('toBoolean', () => {
	test.each<[unknown, boolean | null]>([
		[true, true],
		['true', true],
		[1, true],
		[false, false],
		['false', false],
		[0, false],
		[null, null],
		[undefined, null],
		['', null],
		['yes', null],
		[2, null],
		[{}, null],
	])('%p becomes %p', (value, expected) => {
		expect(toBoolean(value)).toBe(expected);
	});
});

describe('toText', () => {
	test.each<[unknown, string | null]>([
		['Internal Error', 'Internal Error'],
		[' kept as it came ', ' kept as it came '],
		['', null],
		[' \n', null],
		[null, null],
		[undefined, null],
		[500, null],
		[['text'], null],
	])('%p becomes %p', (value, expected) => {
		expect(toText(value)).toBe(expected);
	});
});

describe('toObject', () => {
	test.each<[unknown, object | null]>([
		[{ resolution: '720p' }, { resolution: '720p' }],
		['{"resolution":"720p"}', { resolution: '720p' }],
		['{"resolution":', null],
		['', null],
		['null', null],
		['[]', null],
		[null, null],
		[undefined, null],
		[[], null],
		[7, null],
	])('%p becomes %p', (value, expected) => {
		expect(toObject(value)).toEqual(expected);
	});
});

describe('toTexts', () => {
	test.each<[unknown, string[]]>([
		[
			[A, B],
			[A, B],
		],
		[`["${A}","${B}"]`, [A, B]],
		[A, [A]],
		[`"${A}"`, [A]],
		[[], []],
		['[]', []],
		['', []],
		['null', []],
		['["broken', ['["broken']],
		[null, []],
		[undefined, []],
		[
			[A, null, '', ' ', 7, { url: A }, B],
			[A, B],
		],
		[{ 0: A }, []],
		['{"url":"a"}', []],
		[7, []],
	])('%p becomes %p', (value, expected) => {
		expect(toTexts(value)).toEqual(expected);
	});
});
