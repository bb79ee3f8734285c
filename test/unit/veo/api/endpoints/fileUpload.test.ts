import { fileUpload } from '../../../../../nodes/ApikleyVeo/veo/api/endpoints/fileUpload';
import type { ReadableFile } from '../../../../../nodes/ApikleyVeo/veo/ports';
import { createClient } from '../../../support/createClient';
import { apiError, httpResponse, networkError, sequence } from '../../../support/fakeHttp';
import type { Reply } from '../../../support/fakeHttp';

const URL = 'https://files.example.com/n8n-images/1.png';
const fileOf = (size: number): ReadableFile => ({
	size,
	open: async () => await Promise.resolve(new Uint8Array(size)),
});
const uploadOf = (size: number) =>
	fileUpload({ name: '1.png', mimeType: 'image/png', file: fileOf(size) });
const uploaded = (data: unknown = { downloadUrl: URL }, more: object = {}) =>
	httpResponse(200, { success: true, code: 200, msg: 'success', data, ...more });

/** An upload against a server that sends these responses, and how many it got. */
async function upload(...replies: readonly [Reply, ...Reply[]]) {
	const { client, clock, http } = createClient(sequence(...replies), { maxRetries: 2 });
	const times = { dueAt: clock.now(), deadline: Infinity };
	const result = await clock.finish(client.send(uploadOf(10), times));
	return { result, requests: http.requests };
}

test('a file of up to 10 MB is sent as base64 in JSON', () => {
	const { method, path, fileBody } = uploadOf(10_000_000);
	expect([method, path]).toEqual(['POST', '/file-upload/api/file-base64-upload']);
	expect(fileBody).toMatchObject({ contentType: 'application/json', encoding: 'base64' });
	expect(JSON.parse(`${fileBody?.before}AAAA${fileBody?.after}`)).toEqual({
		uploadPath: 'n8n-images',
		fileName: '1.png',
		base64Data: 'data:image/png;base64,AAAA',
	});
});

test('a file of more than 10 MB is sent as a multipart stream', async () => {
	const { method, path, fileBody } = uploadOf(10_000_001);
	expect([method, path]).toEqual(['POST', '/file-upload/api/file-stream-upload']);
	expect(fileBody?.encoding).toBe('binary');
	const headers = { 'Content-Type': fileBody?.contentType ?? '' };
	const form = await new Response(`${fileBody?.before}\r\n--\0${fileBody?.after}`, {
		headers,
	}).formData();
	const file = form.get('file') as File;
	expect([form.get('uploadPath'), form.get('fileName')]).toEqual(['n8n-images', '1.png']);
	expect([file.name, file.type, await file.text()]).toEqual(['1.png', 'image/png', '\r\n--\0']);
});

test('the result is the download URL', async () => {
	const { result, requests } = await upload(uploaded());
	expect(result).toEqual({ kind: 'success', value: URL });
	expect(requests).toMatchObject([
		{ url: expect.stringMatching(/base64-upload$/) as string, fileBody: { encoding: 'base64' } },
	]);
});

test.each<[string, Reply]>([
	['without the usual texts', httpResponse(200, { data: { downloadUrl: URL } })],
	['with blanks around the URL', uploaded({ downloadUrl: ` ${URL}\n` })],
	['under another code of success', uploaded({ downloadUrl: URL }, { code: 0 })],
	['under an error status', httpResponse(500, { data: { downloadUrl: URL } })],
])('the download URL is also found in a response %s', async (_, reply) => {
	expect((await upload(reply)).result).toEqual({ kind: 'success', value: URL });
});

test.each<[string, Reply]>([
	['without data', uploaded(null)],
	['with another field', uploaded({ filePath: 'n8n-images/1.png' })],
	['with a path', uploaded({ downloadUrl: '/n8n-images/1.png' })],
	['with an address that is not of the web', uploaded({ downloadUrl: 'file:///etc/passwd' })],
	['with an empty address', uploaded({ downloadUrl: '' })],
	['that says it failed', uploaded({ downloadUrl: URL }, { success: false, msg: 'No space' })],
])('a response %s is an error after all retries', async (_, reply) => {
	expect((await upload(reply)).result).toMatchObject({ kind: 'retriesExhausted', attempts: 3 });
});

test.each<[Reply, RegExp]>([
	[uploaded(null, { success: false, msg: 'No space' }), /^No space$/],
	[uploaded(null, { success: false, msg: '' }), /no address/],
	[uploaded(null), /no address/],
])('the error of an upload without an address says why', async (reply, reason) => {
	const { result } = await upload(reply);
	expect(result).toMatchObject({ reason: expect.stringMatching(reason) as string });
});

test.each<[string, Reply]>([
	['429', httpResponse(429)],
	['500', httpResponse(500, { success: false, code: 500, msg: 'Upload failed' })],
	['a web page', httpResponse(502, '<h1>Bad Gateway</h1>')],
	['a network error', networkError('the connection was reset')],
	['a response without an address', uploaded({})],
])('an upload is sent again after %s', async (_, reply) => {
	const { result, requests } = await upload(reply, uploaded());
	expect([result.kind, requests.length]).toEqual(['success', 2]);
});

test.each<[string, Reply, object]>([
	['400', apiError(400), { kind: 'rejected', code: 400 }],
	['400 in the body', httpResponse(200, { success: false, code: 400 }), { kind: 'rejected' }],
	['401', apiError(401), { kind: 'unauthorized' }],
	['402', apiError(402), { kind: 'noCredits' }],
	[
		'missing credits, with code 500',
		httpResponse(500, { msg: 'No credits left' }),
		{ kind: 'noCredits' },
	],
	[
		'missing credits, with code 200',
		httpResponse(200, { success: false, code: 200, msg: 'No credits left' }),
		{ kind: 'noCredits' },
	],
	['404', apiError(404), { kind: 'rejected', code: 404 }],
	['405', apiError(405), { kind: 'rejected', code: 405 }],
	['413 of the API', apiError(413), { kind: 'rejected', code: 413 }],
	['422', apiError(422), { kind: 'rejected', code: 422 }],
	['422 about days', httpResponse(200, { code: 422, msg: '14 days' }), { kind: 'rejected' }],
	['413 of a gateway', httpResponse(413, '<h1>Too Large</h1>'), { attempts: 1, code: 413 }],
	['a redirect', httpResponse(307, '', { location: 'https://h/' }), { kind: 'rejected' }],
	['a wrong certificate', networkError('certificate', true), { isPermanent: true }],
])('an upload is not sent again after %s', async (_, reply, error) => {
	const { result, requests } = await upload(reply);
	expect(result).toMatchObject(error);
	expect(requests).toHaveLength(1);
});
