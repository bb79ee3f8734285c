import type { IncomingMessage, RequestListener } from 'node:http';

import { CONTROL_PREFIX, handleControl } from './controls.mjs';
import { deliver, Exchange, plainDelivery, type Delivery } from './delivery.mjs';
import { generate, GENERATE_PATH } from './endpoints/generate.mjs';
import { get1080p, GET_1080P_PATH } from './endpoints/get-1080p.mjs';
import { RECORD_INFO_PATH, recordInfo } from './endpoints/record-info.mjs';
import { applyFault, replacesResponse } from './faults.mjs';
import { envelope, toContent, type HttpResponse } from './response.mjs';
import type { SimulatorState } from './state.mjs';
import { bytesOfVideo, parseVideoPath, type VideoName } from './video-files.mjs';

/** One path of the API. It sees only requests whose method and key are right. */
interface Endpoint {
	readonly method: 'GET' | 'POST';
	respond(state: SimulatorState, query: URLSearchParams, body: string): HttpResponse;
}

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
	[RECORD_INFO_PATH]: { method: 'GET', respond: recordInfo },
	[GENERATE_PATH]: { method: 'POST', respond: generate },
	[GET_1080P_PATH]: { method: 'GET', respond: get1080p },
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
		const plan = (body: string) => planDelivery(state, request, url, body);
		void deliver(exchange, () => (request.method === 'POST' ? exchange.body.then(plan) : plan('')));
	};
}

function planDelivery(
	state: SimulatorState,
	request: IncomingMessage,
	url: URL,
	body: string,
): Delivery {
	const fault = state.faults.api.take(url.searchParams.get('taskId') ?? '');
	const normal = replacesResponse(fault)
		? envelope(200, '')
		: apiResponse(state, request, url, body);
	const { responseDelayMs: delayMs } = state.settings;
	return applyFault({ ...plainDelivery(normal), delayMs }, fault);
}

function apiResponse(
	state: SimulatorState,
	{ method, headers }: IncomingMessage,
	{ pathname, searchParams }: URL,
	body: string,
): HttpResponse {
	const { apiKey, authRejection } = state.settings;
	const endpoint = ENDPOINTS[pathname];
	if (!endpoint) return envelope(404, `No such path: ${pathname}`, null, 404);
	if (method !== endpoint.method) {
		return envelope(405, `Method ${method} not allowed`, null, 405);
	}
	if (headers.authorization !== `Bearer ${apiKey}`) {
		const msg = 'Unauthorized - Authentication credentials are missing or invalid';
		return envelope(401, msg, null, authRejection === 'http401' ? 401 : 200);
	}
	return endpoint.respond(state, searchParams, body);
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
