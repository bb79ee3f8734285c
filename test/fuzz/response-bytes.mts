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
	/** What the server knows, and repeats in its texts and records: the key, and the address of the callback. */
	readonly echo: string;
	/** What the task was created from; null if that isn't known. */
	readonly prompt: string | null;
	/** What else a record says of the request for its task. */
	readonly params: object;
	readonly fallbackFlag: boolean | undefined;
	/** The data of a response that garbage is made of; by default that of a task that succeeded. */
	readonly good?: object;
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
			const retryAfter = retryAfterHeader(response.retryAfter, now);
			return json(200, errorBody(code, response.text, tags), retryAfter);
		}
		case 'status':
			return encodeStatus(response, tags, retryAfterHeader(response.retryAfter, now));
		case 'garbage':
			return encodeGarbage(response, tags);
		default:
			return response satisfies never;
	}
}

/** The API may add words to a prompt. */
const PROMPT = /(?:^| )Response (\d+)$/;

/** Reads the serial number of a response from the prompt of its record. */
export function readSerial(prompt: unknown): number | null {
	const serial = PROMPT.exec(String(prompt))?.[1];
	return serial === undefined ? null : Number(serial);
}

function record(
	{ serial, links, echo, prompt, params, fallbackFlag }: Tags,
	flag: unknown,
	errorCode: unknown = null,
	named: ResponseOf<'record'>['links'] = 'current',
) {
	const words = `${prompt === null ? '' : `${prompt} `}Response ${serial}`;
	return {
		taskId: 'as scripted',
		successFlag: flag,
		errorCode,
		errorMessage: 'Zu groß',
		fallbackFlag,
		paramJson: JSON.stringify({ prompt: words, callBackUrl: echo, ...params }),
		response: { resultUrls: [], originUrls: [], ...linksNamed(links, named) },
	};
}

function linksNamed(links: Tags['links'], named: ResponseOf<'record'>['links']): object {
	if (named === 'none') return {};
	return named === 'full'
		? { fullResultUrls: ['https://videos.example.com/full.mp4'] }
		: links[named];
}

/** Texts without a meaning repeat what the server knows. */
export function errorBody(code: unknown, text: string, { echo }: Tags) {
	return { code, msg: text === 'As scripted' ? `${text}, for ${echo}` : text, data: null };
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
	if (body === 'json') return json(status, errorBody(status, text, tags), headers);
	if (body === 'noCode') return json(status, { msg: text }, headers);
	if (body === 'otherJson') return json(status, { error: 'Bad gateway', data: null }, headers);
	if (body === 'emptySuccess') return json(status, { code: 200, msg: 'success' }, headers);
	if (body === 'contradictingCode') {
		return json(status, { code: 200, data: tags.good ?? record(tags, 1) }, headers);
	}
	return { status, headers, body: Buffer.from(body === 'html' ? HTML : '') };
}

function encodeGarbage({ form }: ResponseOf<'garbage'>, tags: Tags): EncodedResponse {
	const body = GARBAGE[form](JSON.stringify({ code: 200, data: tags.good ?? record(tags, 1) }));
	const headers = { 'content-type': 'application/json' };
	return { status: 200, headers, body: Buffer.from(body) };
}

export function json(status: number, body: object, headers: Headers = {}): EncodedResponse {
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
