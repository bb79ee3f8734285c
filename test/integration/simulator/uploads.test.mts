import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import { uploadFailure } from '../../simulator/uploads.mjs';
import { client, generate, post, simulator, useSimulator } from './support.mjs';

useSimulator();

const BASE64 = '/file-upload/api/file-base64-upload';
const STREAM = '/file-upload/api/file-stream-upload';
const URL_UPLOAD = '/file-upload/api/file-url-upload';
const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.from('\r\n--x\r\n')]);
const PLACE = { uploadPath: 'images/run 1', fileName: 'a b.png' };

const base64Data = PNG.toString('base64');

function form(fields: object, file?: Blob): FormData {
	const data = new FormData();
	for (const [name, value] of Object.entries(fields)) data.set(name, String(value));
	if (file) data.set('file', file, 'mine.png');
	return data;
}

test.each<[string, method: string, path: string, content: object]>([
	['bare', 'base64', BASE64, { base64Data, ...PLACE }],
	[
		'as a data URL',
		'base64',
		BASE64,
		{ base64Data: `data:image/png;base64,${base64Data}`, ...PLACE },
	],
	['as a part', 'stream', STREAM, form(PLACE, new Blob([PNG], { type: 'image/png' }))],
])('a file that comes %s by %s is kept and served', async (_, method, path, content) => {
	const { status, data } = await post(path, content);
	const downloadUrl = `${simulator.videoBaseUrl}/uploads/images/run%201/a%20b.png`;
	const file = {
		downloadUrl,
		fileName: 'a b.png',
		filePath: 'images/run 1/a b.png',
		fileSize: PNG.length,
		mimeType: 'image/png',
	};
	const success = { success: true, code: 200, msg: expect.any(String) as string };
	expect({ status, data }).toEqual({ status: 200, data: { ...success, data: file } });
	const sha256 = createHash('sha256').update(PNG).digest('hex');
	expect(simulator.uploads()).toMatchObject([{ ...file, method, sha256 }]);
	const stored = await client.get<Buffer>(downloadUrl, { responseType: 'arraybuffer' });
	expect(stored.headers['content-type']).toBe('image/png');
	expect(stored.data).toEqual(PNG);
});

test('a file can be copied from an address', async () => {
	const fileUrl = `${simulator.videoBaseUrl}/videos/t/1.mp4`;
	expect(await post(URL_UPLOAD, { fileUrl, uploadPath: 'a' })).toMatchObject({ status: 200 });
	expect(simulator.uploads()).toMatchObject([{ method: 'url', mimeType: 'video/mp4' }]);
});

test('a large multipart body can come in pieces, without a length', async () => {
	const size = 30 * 2 ** 20;
	const boundary = 'of-pieces';
	const part = (name: string) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"`;
	const piece = Buffer.alloc(2 ** 20, '\r\n');
	const body = Readable.from([
		`${part('uploadPath')}\r\n\r\na\r\n`,
		`${part('file')}; filename="big.bin"\r\ncontent-type: image/webp\r\n\r\n`,
		...Array.from({ length: size / piece.length }, () => piece),
		`\r\n--${boundary}--\r\n`,
	]);
	const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
	const url = `${simulator.baseUrl}${STREAM}`;
	const { status } = await client.post(url, body, { headers, maxRedirects: 0 });
	expect(status).toBe(200);
	expect(simulator.uploads()).toMatchObject([{ fileSize: size, mimeType: 'image/webp' }]);
});

test('a file with the name of another replaces it', async () => {
	await post(BASE64, { base64Data, ...PLACE });
	await post(BASE64, { base64Data: 'AAAA', ...PLACE });
	const [first, second] = simulator.uploads();
	expect(first?.downloadUrl).toBe(second?.downloadUrl);
	const { data } = await client.get<Buffer>(String(first?.downloadUrl), {
		responseType: 'arraybuffer',
	});
	expect(data).toEqual(Buffer.alloc(3));
});

test('a file without a name gets one of its own', async () => {
	for (const _ of [1, 2]) await post(BASE64, { base64Data, uploadPath: 'a' });
	const [first, second] = simulator.uploads();
	expect(first?.fileName).not.toBe(second?.fileName);
});

test.each<[number, string, object]>([
	[400, BASE64, { ...PLACE }],
	[400, BASE64, { base64Data: 'no base64!', ...PLACE }],
	[400, BASE64, { base64Data }],
	[400, BASE64, { base64Data, uploadPath: '/a' }],
	[400, BASE64, { base64Data, uploadPath: 'a/' }],
	[400, STREAM, form(PLACE)],
	[400, STREAM, { file: 'no form' }],
	[400, URL_UPLOAD, { ...PLACE, fileUrl: 'file:///etc/passwd' }],
	[400, URL_UPLOAD, { ...PLACE, fileUrl: 'http://127.0.0.1:1/' }],
])('HTTP %i for a request to %s with %j', async (code, path, content) => {
	const { status, data } = await post(path, content);
	expect({ status, data }).toMatchObject({ status: code, data: { success: false, code } });
	expect(simulator.uploads()).toEqual([]);
});

test('a wrong key, a wrong method and a planned failure have the form of the uploads', async () => {
	simulator.setOptions({ authRejection: 'code401' });
	simulator.setPathFaults(STREAM, [uploadFailure(500)]);
	const url = `${simulator.baseUrl}${STREAM}`;
	const responses = [
		await client.post(url, form(PLACE)),
		await client.post(url, form(PLACE), { headers: { authorization: 'Bearer wrong' } }),
		await client.get(url),
	];
	expect(responses.map(({ status }) => status)).toEqual([500, 401, 405]);
	expect(responses).toMatchObject(
		[500, 401, 405].map((code) => ({ data: { success: false, code } })),
	);
});

test('a creation takes an uploaded image only by its address', async () => {
	await post(BASE64, { base64Data, ...PLACE });
	const [upload] = simulator.uploads();
	const { filePath, downloadUrl } = upload!;
	expect(await generate({ imageUrls: [downloadUrl] })).toMatchObject({ code: 200 });
	const wrong = `${simulator.videoBaseUrl}/${filePath}`;
	expect(await generate({ imageUrls: [wrong] })).toMatchObject({ code: 400, data: null });
});
