import { contentOf, type Content } from './content.mjs';

/** An HTTP answer before it is sent. Content-Length is added on sending. */
export interface Answer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Content;
}

/** What every answer of the API looks like inside. */
export interface Envelope {
	code: number;
	msg: string;
	data: unknown;
}

export function jsonAnswer(body: unknown, status = 200): Answer {
	return textAnswer(JSON.stringify(body), 'application/json; charset=utf-8', status);
}

/** `{ code, msg, data }` under HTTP 200, or under the status given. */
export function envelopeAnswer(envelope: Envelope, status = 200): Answer {
	return jsonAnswer(envelope, status);
}

/** A page such as a gateway shows. */
export function htmlAnswer(status: number): Answer {
	const page = `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`;
	return textAnswer(page, 'text/html; charset=utf-8', status);
}

export function emptyAnswer(status: number): Answer {
	return { status, headers: {}, body: contentOf('') };
}

export function textAnswer(text: string, contentType: string, status: number): Answer {
	return { status, headers: { 'content-type': contentType }, body: contentOf(text) };
}

export function withHeaders(answer: Answer, headers: Readonly<Record<string, string>>): Answer {
	return { ...answer, headers: { ...answer.headers, ...headers } };
}
