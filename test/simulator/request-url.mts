import type { IncomingMessage } from 'node:http';

/** Path and query of a request. Put together as text: `new URL('//api', …)` would take `api` for the host. */
export function requestUrl({ url = '/' }: IncomingMessage): URL {
	return new URL(`http://localhost${url}`);
}
