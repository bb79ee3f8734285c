import type { IncomingHttpHeaders } from 'node:http';

import type { Fault } from '../faults.mjs';
import type { Bill, LedgerKind } from '../ledger.mjs';
import { envelope, withHeaders, type HttpResponse } from '../response.mjs';
import type { SimulatorState } from '../state.mjs';

/** One path of the API. It sees only requests whose method and key are right. */
export interface Endpoint {
	readonly method: 'GET' | 'POST';
	/** Set if its requests can cost credits, and so stand in the ledger. */
	readonly ledger?: LedgerKind;
	/** How it refuses a wrong key or method; default: the API's envelope under `status`. */
	refuse?(code: number, msg: string, status: number): HttpResponse;
	respond(state: SimulatorState, request: ApiRequest): Reply | Promise<Reply>;
}

export interface ApiRequest {
	readonly query: URLSearchParams;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
}

export interface Reply {
	readonly response: HttpResponse;
	/** What goes wrong with the response; default nothing. */
	readonly fault?: Fault;
	/** What the request bills; default nothing. */
	readonly bill?: Bill;
}

export function reply(code: number, msg: string, data: unknown = null): Reply {
	return { response: envelope(code, msg, data) };
}

/** A refusal by the API itself, in the form that is set. */
export function refusal(
	{ settings }: SimulatorState,
	code: number,
	msg: string,
	headers: HttpResponse['headers'] = {},
): Reply {
	const status = settings.refusalForm === 'http' ? code : 200;
	return { response: withHeaders(envelope(code, msg, null, status), headers) };
}
