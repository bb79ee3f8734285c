import {
	isDifferent,
	isSameFile,
	parseFile,
	parseRange,
} from '../../../../nodes/ApikleyVeo/veo/download/remoteFile';

test.each<[string, number | null]>([
	['12', 12],
	[' 12 ', 12],
	['x12', null],
	['12, 12', null],
	['', null],
])('the Content-Length %j means %p bytes', (header, length) => {
	expect(parseFile({ 'content-length': header })).toMatchObject({ length });
});

test.each<[string | undefined, object | null]>([
	['bytes 7-19/20', { start: 7, end: 20, length: 20 }],
	['bytes 7-19/*', { start: 7, end: 20, length: null }],
	['bytes */20', { start: null, end: null, length: 20 }],
	[undefined, null],
])('the Content-Range %j means %j', (header, range) => {
	expect(parseRange(header === undefined ? {} : { 'content-range': header })).toEqual(range);
});

test('a file of the same length is the same, also if an ETag comes or goes', () => {
	const [plain, tagged] = [{}, { etag: '"v1"' }].map((headers) =>
		parseFile({ 'content-length': '20', ...headers }),
	);
	for (const [a, b] of [
		[plain!, tagged!],
		[tagged!, plain!],
	] as const) {
		expect([isSameFile(a, b), isDifferent(a, b)]).toEqual([true, false]);
	}
});
