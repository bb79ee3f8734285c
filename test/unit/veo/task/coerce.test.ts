import * as coerce from '../../../../nodes/ApikleyVeo/veo/task/coerce';

const A = 'https://cdn.example.com/a.mp4';
const B = 'https://cdn.example.com/b.mp4';

type Converter =
	| 'trimInvisible'
	| 'trimCopied'
	| 'toNumber'
	| 'toBoolean'
	| 'toText'
	| 'toObject'
	| 'toTexts';

test.each<[Converter, unknown, unknown]>([
	['trimInvisible', '\u200b \u2060a\u200eb\ufeff\n', 'a\u200eb'],
	['trimInvisible', '\u200b', ''],
	...['"a"', "'a'", '`a`', '“a”', '„a“', '‘a’', '«a»'].map(
		(quoted) => ['trimCopied', ` ${quoted}\n`, 'a'] as [Converter, string, string],
	),
	['trimCopied', '"\u200b a "', 'a'],
	['trimCopied', '""', ''],
	['trimCopied', '"', '"'],
	['trimCopied', '"a', '"a'],
	['trimCopied', 'a"', 'a"'],
	['trimCopied', '"a\'', '"a\''],
	['trimCopied', 'a', 'a'],
	['toNumber', 400, 400],
	['toNumber', 0, 0],
	['toNumber', '400', 400],
	['toNumber', ' 501 ', 501],
	['toNumber', '0', 0],
	['toNumber', '-1.5', -1.5],
	['toNumber', '', null],
	['toNumber', '  ', null],
	['toNumber', 'four hundred', null],
	['toNumber', '400 Bad Request', null],
	['toNumber', 'Infinity', null],
	['toNumber', NaN, null],
	['toNumber', Infinity, null],
	['toNumber', null, null],
	['toNumber', undefined, null],
	['toNumber', true, null],
	['toNumber', [400], null],
	['toBoolean', true, true],
	['toBoolean', 'true', true],
	['toBoolean', 1, true],
	['toBoolean', false, false],
	['toBoolean', 'false', false],
	['toBoolean', 0, false],
	['toBoolean', null, null],
	['toBoolean', undefined, null],
	['toBoolean', '', null],
	['toBoolean', 'yes', null],
	['toBoolean', 2, null],
	['toText', 'Internal Error', 'Internal Error'],
	['toText', ' unchanged ', ' unchanged '],
	['toText', '', null],
	['toText', ' \n', null],
	['toText', null, null],
	['toText', 500, null],
	['toText', ['text'], null],
	['toObject', { resolution: '720p' }, { resolution: '720p' }],
	['toObject', '{"resolution":"720p"}', { resolution: '720p' }],
	['toObject', '{"resolution":', null],
	['toObject', '', null],
	['toObject', 'null', null],
	['toObject', '[]', null],
	['toObject', null, null],
	['toObject', undefined, null],
	['toObject', [], null],
	['toObject', 7, null],
	['toTexts', `["${A}","${B}"]`, [A, B]],
	['toTexts', A, [A]],
	['toTexts', `"${A}"`, [A]],
	['toTexts', [], []],
	['toTexts', '[]', []],
	['toTexts', '', []],
	['toTexts', 'null', []],
	['toTexts', '["broken', ['["broken']],
	['toTexts', null, []],
	['toTexts', undefined, []],
	['toTexts', [A, null, '', ' ', 7, { url: A }, B], [A, B]],
	['toTexts', { 0: A }, []],
	['toTexts', '{"url":"a"}', []],
	['toTexts', 7, []],
])('%s converts %j to %j', (name, value, expected) => {
	expect(coerce[name](value as never)).toEqual(expected);
});
