import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

import { CONTROL_PREFIX, handleControl } from './controls.mjs';
import { messageOf } from './creation-plan.mjs';
import { deliver, Exchange, plainDelivery, type Delivery } from './delivery.mjs';
import { credit, CREDIT_PATH } from './endpoints/credit.mjs';
import type { Endpoint, Reply } from './endpoints/endpoint.mjs';
import { extend, EXTEND_PATH } from './endpoints/extend.mjs';
import { generate, GENERATE_PATH } from './endpoints/generate.mjs';
import { get1080p, GET_1080P_PATH } from './endpoints/get-1080p.mjs';
import { RECORD_INFO_PATH, recordInfo } from './endpoints/record-info.mjs';
import {
	BASE64_UPLOAD_PATH,
	base64Upload,
	STREAM_UPLOAD_PATH,
	streamUpload,
	URL_UPLOAD_PATH,
	urlUpload,
} from './endpoints/uploads.mjs';
import { applyFault, replacesResponse, type Fault } from './faults.mjs';
import { parseJson } from './json.mjs';
import { codeOf, type Bill, type LedgerResponse } from './ledger.mjs';
import { requestUrl } from './request-url.mjs';
import { envelope } from './response.mjs';
import type { SimulatorState } from './state.mjs';

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
	[GENERATE_PATH]: generate,
	[EXTEND_PATH]: extend,
	[RECORD_INFO_PATH]: recordInfo,
	[GET_1080P_PATH]: get1080p,
	[CREDIT_PATH]: credit,
	[BASE64_UPLOAD_PATH]: base64Upload,
	[STREAM_UPLOAD_PATH]: streamUpload,
	[URL_UPLOAD_PATH]: urlUpload,
};

/** Plays the API, and handles the control requests along with it. */
export function apiListener(state: SimulatorState): RequestListener {
	return (request, response) => {
		const url = requestUrl(request);
		if (url.pathname.startsWith(CONTROL_PREFIX)) {
			void handleControl(state, url.pathname, request, response);
			return;
		}
		const taskId = url.searchParams.get('taskId');
		const exchange = new Exchange(request, response, state.logs.api, taskId, state.closing.signal);
		void deliver(exchange, () => planDelivery(state, exchange, url));
	};
}

async function planDelivery(
	state: SimulatorState,
	exchange: Exchange,
	url: URL,
): Promise<Delivery> {
	const { request } = exchange;
	const body = request.method === 'POST' ? await exchange.body : Buffer.alloc(0);
	const fault = takeFault(state, url);
	const reply = replacesResponse(fault)
		? { response: envelope(200, '') }
		: await apiReply(state, request, url, body);
	const delayMs = state.settings.responseDelayMs;
	const normal = { ...plainDelivery(reply.response), delayMs };
	const { fault: ownFault = { kind: 'none' } } = reply;
	exchange.fault = fault.kind === 'none' ? ownFault.kind : fault.kind;
	const delivery = applyFault(applyFault(normal, ownFault), fault);
	enterInLedger(state, exchange, url, { body, bill: reply.bill, delivery });
	return delivery;
}

function takeFault({ faults, lookupFaults }: SimulatorState, url: URL): Fault {
	const planned = faults.api.take(url.pathname, url.searchParams.get('taskId') ?? '');
	if (planned.kind !== 'none' || url.pathname !== RECORD_INFO_PATH) return planned;
	return lookupFaults.next() ?? planned;
}

interface Planned {
	readonly body: Buffer;
	readonly bill: Bill | undefined;
	readonly delivery: Delivery;
}

/** Enters a request that can cost credits, also one that a fault keeps from the API. */
function enterInLedger(
	{ orders }: SimulatorState,
	{ request, response, signal }: Exchange,
	{ pathname, search }: URL,
	{ body, bill, delivery }: Planned,
): void {
	const { method, headers } = request;
	const endpoint = ENDPOINTS[pathname];
	if (!endpoint?.ledger || endpoint.method !== method) return;
	const content = body.length === 0 ? `${pathname}${search}` : parseJson(body);
	const end = orders.enter({ kind: endpoint.ledger, headers, content, bill });
	const code = codeOf(delivery.response);
	const close = () => end({ ...sentOf(response), code });
	if (signal.aborted) close();
	else response.once('close', close);
}

/** How far a response got before its connection ended. */
function sentOf(response: ServerResponse): Pick<LedgerResponse, 'status' | 'sent'> {
	if (!response.headersSent) return { status: null, sent: 'nothing' };
	const sent = response.writableFinished ? 'all' : 'part';
	return { status: response.statusCode, sent };
}

async function apiReply(
	state: SimulatorState,
	{ method, headers }: IncomingMessage,
	{ pathname, searchParams: query }: URL,
	body: Buffer,
): Promise<Reply> {
	const { apiKey, authRejection } = state.settings;
	const endpoint = ENDPOINTS[pathname];
	if (!endpoint) return { response: envelope(404, `No such path: ${pathname}`, null, 404) };
	const { refuse = (code, msg, status) => envelope(code, msg, null, status) } = endpoint;
	if (method !== endpoint.method) {
		return { response: refuse(405, `Method ${method} not allowed`, 405) };
	}
	if (headers.authorization !== `Bearer ${apiKey}`) {
		return { response: refuse(401, messageOf(401), authRejection === 'http401' ? 401 : 200) };
	}
	return await endpoint.respond(state, { query, headers, body });
}
