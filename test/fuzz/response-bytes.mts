/** The bytes of a scripted answer. */
import { gzipSync } from 'node:zlib';

import type { RetryAfter, Says } from './answers.mjs';

export interface Wire {
	readonly status: number;
	readonly headers: Record<string, string>;
	readonly body: readonly Uint8Array[];
}

const HTML = '<!doctype html><html><body><h1>It works, but not here</h1></body></html>';
const MIB_OF_BLANKS = Buffer.alloc(2 ** 20, ' ');

/** What makes the record of one answer its own. */
export interface Marks {
	/** Whatever comes of an answer can be traced back to it by this. */
	readonly serial: number;
	readonly resultUrls: readonly string[];
	readonly originUrls: readonly string[];
}

export function wireOf(says: Exclude<Says, { what: 'nothing' }>, marks: Marks, now: Date): Wire {
	switch (says.what) {
		case 'record':
			return recordWire(says, marks);
		case 'noRecord': {
			const data = { null: null, absent: undefined, list: [], text: 'none' }[says.data];
			return json(200, { code: 200, msg: 'success', data });
		}
		case 'code': {
			const code = says.asText ? String(says.code) : says.code;
			return json(200, { code, msg: 'As scripted', data: null }, retry(says.retryAfter, now));
		}
		case 'status':
			return statusWire(says, marks, retry(says.retryAfter, now));
		case 'garbage':
			return garbageWire(says.form, marks);
		default:
			return says satisfies never;
	}
}

const SERIAL = /^Answer (\d+)$/;

/** From a prompt, as records have it. */
export function readSerial(prompt: unknown): number | null {
	const match = SERIAL.exec(String(prompt));
	return match === null ? null : Number(match[1]);
}

function record({ serial, ...response }: Marks, flag: unknown, errorCode: unknown = null) {
	return {
		taskId: 'as scripted',
		successFlag: flag,
		errorCode,
		errorMessage: 'Zu groß',
		paramJson: JSON.stringify({ prompt: `Answer ${serial}` }),
		response,
	};
}

function recordWire({ flag, errorCode, form }: Extract<Says, { what: 'record' }>, marks: Marks) {
	const code = form === 'noCode' ? undefined : form === 'codeAsText' ? '200' : 200;
	const wire = json(form === 'http201' ? 201 : 200, {
		code,
		data: record(marks, flag, errorCode),
	});
	const text = Buffer.concat(wire.body).toString();
	if (form === 'bom') return { ...wire, body: [Buffer.from(`\uFEFF${text}`)] };
	if (form === 'latin1') return { ...wire, body: [Buffer.from(text, 'latin1')] };
	return form === 'asHtml' ? { ...wire, headers: { 'content-type': 'text/html' } } : wire;
}

function statusWire(
	{ status, body }: Extract<Says, { what: 'status' }>,
	marks: Marks,
	headers: Record<string, string>,
): Wire {
	const more = status < 400 ? { ...headers, location: 'https://elsewhere.example.com/' } : headers;
	if (body === 'json') return json(status, { code: status, msg: 'As scripted', data: null }, more);
	if (body === 'codeSaysOtherwise')
		return json(status, { code: 200, data: record(marks, 1) }, more);
	return { status, headers: more, body: body === 'html' ? [Buffer.from(HTML)] : [] };
}

/** Each would be the record of a task that succeeded, were it only read wrongly enough. */
function garbageWire(form: Extract<Says, { what: 'garbage' }>['form'], marks: Marks): Wire {
	const good = JSON.stringify({ code: 200, data: record(marks, 1) });
	const headers = { 'content-type': 'application/json' };
	const bodies: Record<typeof form, () => readonly Uint8Array[]> = {
		html: () => [Buffer.from(HTML)],
		empty: () => [],
		text: () => [Buffer.from('Service is starting')],
		gzip: () => [gzipSync(good)],
		utf16: () => [Buffer.from(good, 'utf16le')],
		list: () => [Buffer.from(`[${good}]`)],
		jsonNull: () => [Buffer.from('null')],
		halfJson: () => [Buffer.from(good.slice(0, -1))],
		huge: () => [Buffer.from(good), ...Array.from({ length: 10 }, () => MIB_OF_BLANKS)],
	};
	return { status: 200, headers, body: bodies[form]() };
}

function json(status: number, body: object, headers: Record<string, string> = {}): Wire {
	const withType = { 'content-type': 'application/json', ...headers };
	return { status, headers: withType, body: [Buffer.from(JSON.stringify(body))] };
}

function retry(retryAfter: RetryAfter | null, now: Date): Record<string, string> {
	if (retryAfter === null) return {};
	if ('text' in retryAfter) return { 'retry-after': retryAfter.text };
	if ('seconds' in retryAfter) return { 'retry-after': String(retryAfter.seconds) };
	const date = new Date(now.getTime() + retryAfter.dateIn * 1000);
	return { 'retry-after': date.toUTCString() };
}
