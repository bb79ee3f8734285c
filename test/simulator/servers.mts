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
import { applyFault, replacesResponse } from './faults.mjs';
import { parseJson } from './json.mjs';
import { codeOf, type Bill, type LedgerResponse } from './ledger.mjs';
import { envelope, toContent, type HttpResponse } from './response.mjs';
import type { SimulatorState } from './state.mjs';
import { bytesOfVideo, parseVideoPath, type VideoName } from './video-files.mjs';

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
	[GENERATE_PATH]: generate,
	[EXTEND_PATH]: extend,
	[RECORD_INFO_PATH]: recordInfo,
	[GET_1080P_PATH]: get1080p,
	[CREDIT_PATH]: credit,
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
	const fault = state.faults.api.take(url.pathname, url.searchParams.get('taskId') ?? '');
	const reply = replacesResponse(fault)
		? { response: envelope(200, '') }
		: await apiReply(state, request, url, body);
	const delayMs = state.settings.responseDelayMs;
	const normal = { ...plainDelivery(reply.response), delayMs };
	const delivery = applyFault(applyFault(normal, reply.fault ?? { kind: 'none' }), fault);
	enterInLedger(state, exchange, url, { body, bill: reply.bill, delivery });
	return delivery;
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
	if (method !== endpoint.method) {
		return { response: envelope(405, `Method ${method} not allowed`, null, 405) };
	}
	if (headers.authorization !== `Bearer ${apiKey}`) {
		const status = authRejection === 'http401' ? 401 : 200;
		return { response: envelope(401, messageOf(401), null, status) };
	}
	return await endpoint.respond(state, { query, headers, body });
}

/**
 * Plays the host of the video links, which is another origin than the API and gets no key. Any path of the form
 * `/videos/<taskId>/<name>.mp4` has a video.
 */
export function videoListener(state: SimulatorState): RequestListener {
	return (request, response) => {
		const { pathname } = requestUrl(request);
		const video = parseVideoPath(pathname);
		const taskId = video?.taskId ?? null;
		const exchange = new Exchange(
			request,
			response,
			state.logs.videos,
			taskId,
			state.closing.signal,
		);
		void deliver(exchange, () => {
			const normal = { ...plainDelivery(videoResponse(state, video)), acceptRanges: true };
			return applyFault(normal, state.faults.videos.take(pathname));
		});
	};
}

function videoResponse(state: SimulatorState, video: VideoName | null): HttpResponse {
	if (!video) return envelope(404, 'No such video', null, 404);
	const isPortrait = state.tasks.get(video.taskId)?.script.aspectRatio === '9:16';
	// The model makes 16:9, so the original video is landscape
	const orientation = isPortrait && video.prefix !== 'origin-' ? 'portrait' : 'landscape';
	const body = toContent(bytesOfVideo(orientation));
	return { status: 200, headers: { 'content-type': 'video/mp4' }, body };
}

/** Path and query of a request. Put together as text: `new URL('//api', …)` would take `api` for the host. */
function requestUrl({ url = '/' }: IncomingMessage): URL {
	return new URL(`http://localhost${url}`);
}
