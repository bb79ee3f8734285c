import type { HttpResponse } from '../response.mjs';
import { jsonResponse } from '../response.mjs';
import type { SimulatorState } from '../state.mjs';
import type { IncomingFile } from '../uploads.mjs';
import type { ApiRequest, Endpoint, Reply } from './endpoint.mjs';
import { fieldsOf, isFilled, isWebAddress } from './rules.mjs';

export const BASE64_UPLOAD_PATH = '/file-upload/api/file-base64-upload';
export const STREAM_UPLOAD_PATH = '/file-upload/api/file-stream-upload';
export const URL_UPLOAD_PATH = '/file-upload/api/file-url-upload';

/** What was wrong with a request; the API says so under HTTP 400. */
class BadUpload extends Error {}

/** A data URL, or only what stands after its comma. */
const BASE64 = /^(?:data:([^;,]*);base64,)?([A-Za-z0-9+/\s]+={0,2})$/;

export const base64Upload = uploadEndpoint(({ body }) => {
	const { base64Data, ...fields } = fieldsOf(body);
	const [, mimeType, data] = BASE64.exec(String(base64Data ?? '')) ?? [];
	if (data === undefined) throw new BadUpload('Invalid base64Data');
	const bytes = Buffer.from(data, 'base64');
	return { method: 'base64', ...placeOf(fields), mimeType: mimeType || undefined, bytes };
});

export const streamUpload = uploadEndpoint(async ({ headers, body }) => {
	const { file, ...fields } = await parseMultipart(headers['content-type'], body);
	if (!(file instanceof Blob)) throw new BadUpload('The file is missing');
	const bytes = Buffer.from(await file.arrayBuffer());
	return { method: 'stream', ...placeOf(fields), mimeType: file.type || undefined, bytes };
});

export const urlUpload = uploadEndpoint(async ({ body }) => {
	const { fileUrl, ...fields } = fieldsOf(body);
	if (!isWebAddress(fileUrl)) throw new BadUpload('Invalid fileUrl');
	const response = await fetch(fileUrl).catch(() => null);
	if (!response?.ok) throw new BadUpload('The file could not be fetched');
	const mimeType = response.headers.get('content-type') ?? undefined;
	const bytes = Buffer.from(await response.arrayBuffer());
	return { method: 'url', ...placeOf(fields), mimeType, bytes };
});

/** Keeps the file that `read` finds in a request. */
function uploadEndpoint(
	read: (request: ApiRequest) => IncomingFile | Promise<IncomingFile>,
): Endpoint {
	return {
		method: 'POST',
		refuse: uploadRefusal,
		respond: async (state, request) => await keep(state, request, read),
	};
}

async function keep(
	{ files, videoBaseUrl }: SimulatorState,
	request: ApiRequest,
	read: (request: ApiRequest) => IncomingFile | Promise<IncomingFile>,
): Promise<Reply> {
	try {
		const upload = files.add(await read(request), videoBaseUrl);
		const { downloadUrl, fileName, filePath, fileSize, mimeType } = upload;
		const data = { downloadUrl, fileName, filePath, fileSize, mimeType };
		const msg = 'File uploaded successfully';
		return { response: jsonResponse(200, { success: true, code: 200, msg, data }) };
	} catch (error) {
		if (!(error instanceof BadUpload)) throw error;
		return { response: uploadRefusal(400, error.message) };
	}
}

function uploadRefusal(code: number, msg: string): HttpResponse {
	return jsonResponse(code, { success: false, code, msg });
}

/** Where a request wants its file. */
function placeOf({ uploadPath, fileName }: Readonly<Record<string, unknown>>) {
	if (!isFilled(uploadPath) || /^\/|\/$/.test(uploadPath)) {
		throw new BadUpload('uploadPath must be a path without a slash at its start or end');
	}
	if (fileName !== undefined && !isFilled(fileName)) throw new BadUpload('Invalid fileName');
	return { uploadPath, fileName };
}

async function parseMultipart(contentType = '', body: Buffer): Promise<Record<string, unknown>> {
	try {
		const headers = { 'content-type': contentType };
		const form = await new Response(new Uint8Array(body), { headers }).formData();
		return Object.fromEntries(form.entries());
	} catch {
		throw new BadUpload('The body is no multipart/form-data');
	}
}
