import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

import { writeBody } from './delivery.mjs';
import type { Content } from './response.mjs';

/** Posts a body, at once or slowly. Returns the status of the response; null if there was none. */
export async function postJson(
	url: URL,
	body: Content,
	bytesPerSecond: number | null,
	signal: AbortSignal,
): Promise<number | null> {
	const message = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', 'content-length': body.length },
		signal,
		// A new connection each time: one that is kept may be closed by the time it is used again
		agent: false,
		// The receiver's certificate can be one of a test's own making
		rejectUnauthorized: false,
	});
	// A receiver may respond, or hang up, before it has read everything
	message.on('error', () => undefined);
	const responded = once(message, 'response', { signal }) as Promise<[IncomingMessage]>;
	writeBody(body, body.length, bytesPerSecond, { message, signal })
		.then(() => message.end())
		.catch(() => undefined);
	const [response] = await responded.catch(() => []);
	response?.resume();
	if (!message.writableEnded) message.destroy();
	return response?.statusCode ?? null;
}
