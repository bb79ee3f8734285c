import {
	readDownload,
	readOptionalDownload,
} from '../../../nodes/ApikleyVeo/parameters/downloadRequest';
import { InvalidParameterError } from '../../../nodes/ApikleyVeo/parameters/invalidParameter';
import { fakeContext } from '../support/fakeContext';

const downloadOf = (parameters: Record<string, unknown>) =>
	readDownload(fakeContext({ parameters }).context, 0, 'error');
const optionalDownloadOf = (downloadVideos: unknown, byDefault = false) =>
	readOptionalDownload(fakeContext({ parameters: { downloadVideos } }).context, 0, byDefault);

test('a download has defaults', () => {
	const expected = { videoSource: 'resultUrls', binaryProperty: 'data', onUnfinished: 'error' };
	expect(downloadOf({})).toEqual(expected);
});

test('a download has the chosen videos and field', () => {
	expect(downloadOf({ downloadSource: 'originUrls', binaryProperty: ' my video ' })).toMatchObject({
		videoSource: 'originUrls',
		binaryProperty: 'my video',
	});
});

test.each(['data', 'video_1', 'Мой файл', '$video', '1', 'my-video'])(
	'%p is a binary field',
	(binaryProperty) => {
		expect(downloadOf({ binaryProperty })).toMatchObject({ binaryProperty });
	},
);

test.each(['', '  ', 'a.b', 'a,b', 'files[0]', '__proto__', 7, null, { a: 1 }, ['data']])(
	'%p is no binary field',
	(binaryProperty) => {
		expect(() => downloadOf({ binaryProperty })).toThrow(InvalidParameterError);
	},
);

test('videos can only be downloaded from a known source', () => {
	expect(() => downloadOf({ downloadSource: 'x' })).toThrow(InvalidParameterError);
});

test.each([true, 'true'])('Download Videos %p is a download', (value) => {
	// On Timeout already decides about an unfinished task
	expect(optionalDownloadOf(value)).toMatchObject({ onUnfinished: 'output' });
});

test.each([false, 'false'])('Download Videos %p is no download', (value) => {
	expect(optionalDownloadOf(value, true)).toBeNull();
});

test.each([true, false])(
	'Download Videos is %p by default if the operation says so',
	(byDefault) => {
		expect(optionalDownloadOf(undefined, byDefault) !== null).toBe(byDefault);
	},
);

test('Download Videos must be true or false', () => {
	expect(() => optionalDownloadOf('maybe')).toThrow(InvalidParameterError);
});
