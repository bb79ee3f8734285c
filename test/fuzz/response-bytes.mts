/** The bytes of a scripted response. */
import { gzipSync } from 'node:zlib';

import type { RetryAfter, ScriptedResponse } from './responses.mjs';

type ResponseOf<K extends ScriptedResponse['kind']> = Extract<ScriptedResponse, { kind: K }>;
type Headers = Record<string, string>;

export interface EncodedResponse {
	readonly status: number;
	readonly headers: Headers;
	readonly body: Buffer;
}

/** What makes a record unique. */
export interface Tags {
	/** Traces everything that is made of a response back to it. */
	readonly serial: number;
	/** The lists of links; `fresh` has other addresses of the same videos. */
	readonly links: Readonly<Record<'current' | 'fresh', object>>;
}

const HTML = '<!doctype html><html><body><h1>It works, but not here</h1></body></html>';
const TEN_MIB_OF_BLANKS = Buffer.alloc(10 * 2 ** 20, ' ');

/** Read wrongly enough, each of these would be `good`, the record of a task that succeeded. */
export const GARBAGE = {
	html: () => HTML,
	empty: () => '',
	text: () => 'Service is starting',
	gzip: (good: string) => gzipSync(good),
	utf16: (good: string) => Buffer.from(good, 'utf16le'),
	list: (good: string) => `[${good}]`,
	jsonNull: () => 'null',
	halfJson: (good: string) => good.slice(0, -1),
	huge: (good: string) => Buffer.concat([Buffer.from(good), TEN_MIB_OF_BLANKS]),
};

export function encodeResponse(
	response: Exclude<ScriptedResponse, { kind: 'noResponse' }>,
	tags: Tags,
	now: Date,
): EncodedResponse {
	switch (response.kind) {
		case 'record':
			return encodeRecord(response, tags);
		case 'noRecord': {
			const data = { null: null, absent: undefined, list: [], text: 'none' }[response.data];
			return json(200, { code: 200, msg: 'success', data });
		}
		case 'code': {
			const code = response.asText ? String(response.code) : response.code;
			return json(200, error(code, response.text), retryAfterHeader(response.retryAfter, now));
		}
		case 'status':
			return encodeStatus(response, tags, retryAfterHeader(response.retryAfter, now));
		case 'garbage':
			return encodeGarbage(response, tags);
		default:
			return response satisfies never;
	}
}

const PROMPT = /^Response (\d+)$/;

/** Reads the serial number of a response from the prompt of its record. */
export function readSerial(prompt: unknown): number | null {
	const serial = PROMPT.exec(String(prompt))?.[1];
	return serial === undefined ? null : Number(serial);
}

function record(
	{ serial, links }: Tags,
	flag: unknown,
	errorCode: unknown = null,
	named: ResponseOf<'record'>['links'] = 'current',
) {
	return {
		taskId: 'as scripted',
		successFlag: flag,
		errorCode,
		errorMessage: 'Zu groß',
		paramJson: JSON.stringify({ prompt: `Response ${serial}` }),
		response: { resultUrls: [], originUrls: [], ...linksNamed(links, named) },
	};
}

function linksNamed(links: Tags['links'], named: ResponseOf<'record'>['links']): object {
	if (named === 'none') return {};
	return named === 'full'
		? { fullResultUrls: ['https://videos.example.com/full.mp4'] }
		: links[named];
}

function error(code: unknown, msg: string) {
	return { code, msg, data: null };
}

function encodeRecord(
	{ flag, errorCode, form, around, links }: ResponseOf<'record'>,
	tags: Tags,
): EncodedResponse {
	const data = record(tags, flag, errorCode, links);
	if (around !== null) {
		const { status, code } = around;
		return json(status, code === null ? { data } : { code, msg: 'As scripted', data });
	}
	const code = form === 'noCode' ? undefined : form === 'codeAsText' ? '200' : 200;
	const encoded = json(form === 'http201' ? 201 : 200, {
		code,
		data: form === 'dataAsText' ? JSON.stringify(data) : data,
	});
	const text = encoded.body.toString();
	if (form === 'bom') return { ...encoded, body: Buffer.from(`\uFEFF${text}`) };
	if (form === 'latin1') return { ...encoded, body: Buffer.from(text, 'latin1') };
	return form === 'asHtml' ? { ...encoded, headers: { 'content-type': 'text/html' } } : encoded;
}

function encodeStatus(
	{ status, body, text }: ResponseOf<'status'>,
	tags: Tags,
	retryAfter: Headers,
): EncodedResponse {
	const location = { location: 'https://elsewhere.example.com/' };
	const headers = { ...retryAfter, ...(status < 400 && location) };
	if (body === 'json') return json(status, error(status, text), headers);
	if (body === 'noCode') return json(status, { msg: text }, headers);
	if (body === 'otherJson') return json(status, { error: 'Bad gateway', data: null }, headers);
	if (body === 'emptySuccess') return json(status, { code: 200, msg: 'success' }, headers);
	if (body === 'contradictingCode') {
		return json(status, { code: 200, data: record(tags, 1) }, headers);
	}
	return { status, headers, body: Buffer.from(body === 'html' ? HTML : '') };
}

function encodeGarbage({ form }: ResponseOf<'garbage'>, tags: Tags): EncodedResponse {
	const body = GARBAGE[form](JSON.stringify({ code: 200, data: record(tags, 1) }));
	const headers = { 'content-type': 'application/json' };
	return { status: 200, headers, body: Buffer.from(body) };
}

function json(status: number, body: object, headers: Headers = {}): EncodedResponse {
	const withType = { 'content-type': 'application/json', ...headers };
	return { status, headers: withType, body: Buffer.from(JSON.stringify(body)) };
}

function retryAfterHeader(retryAfter: RetryAfter | null, now: Date): Headers {
	if (retryAfter === null) return {};
	if ('text' in retryAfter) return { 'retry-after': retryAfter.text };
	if ('seconds' in retryAfter) return { 'retry-after': String(retryAfter.seconds) };
	const date = new Date(now.getTime() + retryAfter.dateIn * 1000);
	return { 'retry-after': date.toUTCString() };
}
