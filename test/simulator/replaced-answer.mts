import {
	emptyAnswer,
	envelopeAnswer,
	htmlAnswer,
	textAnswer,
	withHeaders,
	type Answer,
} from './answer.mjs';
import { syntheticContent } from './content.mjs';
import type { Fault } from './faults.mjs';

/** The faults whose answer needs nothing of the normal one. */
export type Replacing = Extract<
	Fault,
	{ kind: 'status' | 'code' | 'html' | 'redirect' | 'synthetic' }
>;
type StatusFault = Extract<Fault, { kind: 'status' }>;

/**
 * True for a fault that needs nothing of the normal answer: such a request never reaches the API behind the gateway,
 * so no key is checked and no lookup counted.
 */
export function replacesAnswer(fault: Fault): boolean {
	switch (fault.kind) {
		case 'status':
		case 'code':
		case 'html':
		case 'redirect':
		case 'synthetic':
			return true;
		case 'reset':
			return fault.when === 'beforeHeaders';
		case 'hang':
			return fault.when !== 'midBody';
		case 'all':
			return fault.faults.some(replacesAnswer);
		default:
			return false;
	}
}

/** What is sent in place of the normal answer. `now` (epoch milliseconds) is for a Retry-After date. */
export function replacementFor(fault: Replacing, now: number): Answer {
	switch (fault.kind) {
		case 'status':
			return withHeaders(statusAnswer(fault), { ...retryAfter(fault, now), ...fault.headers });
		case 'code': {
			const { code, msg = `Error ${code}`, data = null } = fault;
			return envelopeAnswer({ code, msg, data });
		}
		case 'html':
			return htmlAnswer(200);
		case 'redirect':
			return withHeaders(emptyAnswer(fault.status ?? 302), { location: fault.location });
		case 'synthetic': {
			const headers = { 'content-type': fault.contentType ?? 'video/mp4' };
			return { status: 200, headers, body: syntheticContent(fault.bytes) };
		}
	}
}

function statusAnswer({
	status,
	body = 'json',
	text,
	msg = `Error ${status}`,
}: StatusFault): Answer {
	if (text !== undefined) return textAnswer(text, 'text/plain; charset=utf-8', status);
	if (body === 'html') return htmlAnswer(status);
	if (body === 'empty') return emptyAnswer(status);
	return envelopeAnswer({ code: status, msg, data: null }, status);
}

function retryAfter(fault: StatusFault, now: number): Record<string, string> {
	const { retryAfterSeconds, retryAfterDateInSeconds } = fault;
	if (retryAfterDateInSeconds !== undefined) {
		return { 'retry-after': new Date(now + retryAfterDateInSeconds * 1000).toUTCString() };
	}
	return retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
}
