import { isHttpUrl } from '../../httpUrl';
import type { FileBody, ReadableFile } from '../../ports';
import { isObject, toText } from '../../task/coerce';
import type { JsonObject } from '../../task/coerce';
import { hasNoCredits, toError, transientError } from '../envelope';
import type { ApiResult, Envelope, TransientError } from '../envelope';
import type { Endpoint } from './endpoint';

export interface FileUpload {
	/** The name at the server, where a file of the same name is overwritten. Letters, digits, `-` and `.` only. */
	readonly name: string;
	readonly mimeType: string;
	readonly file: ReadableFile;
}

/** The provider's limit for an upload as base64. */
const MAX_BASE64_BYTES = 10_000_000;

/** The folder at the server. The API takes no slash at its ends. */
const UPLOAD_PATH = 'n8n-images';

/** Uploads a file. The result is its address, which works for some days. */
export function fileUpload(upload: FileUpload): Endpoint<string> {
	const isSmall = upload.file.size <= MAX_BASE64_BYTES;
	return {
		method: 'POST',
		path: `/file-upload/api/${isSmall ? 'file-base64-upload' : 'file-stream-upload'}`,
		fileBody: isSmall ? base64Body(upload) : multipartBody(upload),
		// Uploading is free, but a file that is too large stays so
		retryPolicy: ({ code }) => code !== 413,
		holdsValue: ({ data }) => findUrl(data) !== null,
		parse,
	};
}

/** JSON, whose base64 is a data URL. */
function base64Body({ name, mimeType, file }: FileUpload): FileBody {
	const fields: JsonObject = { uploadPath: UPLOAD_PATH, fileName: name };
	return {
		contentType: 'application/json',
		before: `${JSON.stringify(fields).slice(0, -1)},"base64Data":"data:${mimeType};base64,`,
		file,
		encoding: 'base64',
		after: '"}',
	};
}

function multipartBody({ name, mimeType, file }: FileUpload): FileBody {
	// As random as the name, so the file doesn't contain it
	const boundary = `----${name}`;
	const part = (disposition: string, ...lines: string[]) =>
		[`--${boundary}`, `Content-Disposition: form-data; ${disposition}`, ...lines].join('\r\n');
	return {
		contentType: `multipart/form-data; boundary=${boundary}`,
		before: [
			part('name="uploadPath"', '', UPLOAD_PATH),
			part('name="fileName"', '', name),
			part(`name="file"; filename="${name}"`, `Content-Type: ${mimeType}`, '', ''),
		].join('\r\n'),
		file,
		encoding: 'binary',
		after: `\r\n--${boundary}--\r\n`,
	};
}

function parse(envelope: Envelope): ApiResult<string> | TransientError {
	const { code, message, data, body, retryAfterMs } = envelope;
	const url = findUrl(data);
	if (url !== null && body.success !== false) return { kind: 'success', value: url };
	if (code === 200 && !hasNoCredits(envelope)) {
		const reason = body.success === false ? message : null;
		return transientError(null, reason ?? 'the response contained no address', retryAfterMs);
	}
	const error = toError(envelope);
	const isAboutTasks = error.kind === 'notFound' || error.kind === 'tooOld';
	return isAboutTasks ? { kind: 'rejected', code, message } : error;
}

/** The address of the file, if it is one that can be fetched. */
function findUrl(data: unknown): string | null {
	const url = isObject(data) ? (toText(data.downloadUrl)?.trim() ?? '') : '';
	return isHttpUrl(url) ? url : null;
}
