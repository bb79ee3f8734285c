import type { IncomingMessage, RequestListener } from 'node:http';

import { envelopeAnswer, withHeaders, type Answer } from './answer.mjs';
import { applyFault } from './apply-fault.mjs';
import { CONTROL_PREFIX, handleControl } from './control.mjs';
import { deliver } from './deliver.mjs';
import { deliveryOf, type Delivery } from './delivery.mjs';
import type { Asked, Endpoint } from './endpoint.mjs';
import { Exchange } from './exchange.mjs';
import { generate, GENERATE_PATH } from './generate.mjs';
import { RECORD_INFO_PATH, recordInfo } from './record-info.mjs';
import { replacesAnswer } from './replaced-answer.mjs';
import { requestUrl } from './request-url.mjs';
import type { SimulatorState } from './state.mjs';
import { upgrade, UPGRADE_PATH } from './get-1080p.mjs';

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
	[RECORD_INFO_PATH]: recordInfo,
	[GENERATE_PATH]: generate,
	[UPGRADE_PATH]: upgrade,
};

/** Plays the API, and takes the control requests beside it. */
export function apiListener(state: SimulatorState): RequestListener {
	return (request, response) => {
		const url = requestUrl(request);
		if (url.pathname.startsWith(CONTROL_PREFIX)) {
			void handleControl(state, url, request, response);
			return;
		}
		const taskId = url.searchParams.get('taskId');
		const exchange = new Exchange(request, response, state.logs.api, taskId, state.closed);
		const plan = (body: string) => deliveryFor(state, request, url.pathname, { taskId, body });
		void deliver(() => (request.method === 'POST' ? exchange.body.then(plan) : plan('')), exchange);
	};
}

function deliveryFor(
	state: SimulatorState,
	request: IncomingMessage,
	pathname: string,
	asked: Asked,
): Delivery {
	const { responseDelayMs, rateLimit } = state.settings;
	const now = state.now();
	const delayed = (answer: Answer) => ({ ...deliveryOf(answer), delayMs: responseDelayMs });
	if (rateLimit && !state.rateLimit.allows(rateLimit.requestsPerSecond, now)) {
		return delayed(tooManyRequests(rateLimit.retryAfterSeconds));
	}
	const fault = state.faults.api.take(asked.taskId ?? '');
	const normal = replacesAnswer(fault)
		? envelopeAnswer({ code: 200, msg: '', data: null })
		: normalAnswer(state, request, pathname, asked);
	return applyFault(delayed(normal), fault, now);
}

function tooManyRequests(retryAfterSeconds: number | undefined): Answer {
	const answer = envelopeAnswer({ code: 429, msg: 'Too many requests', data: null }, 429);
	return retryAfterSeconds === undefined
		? answer
		: withHeaders(answer, { 'retry-after': String(retryAfterSeconds) });
}

function normalAnswer(
	state: SimulatorState,
	{ method, headers }: IncomingMessage,
	pathname: string,
	asked: Asked,
): Answer {
	const { apiKey, authRejection } = state.settings;
	const endpoint = ENDPOINTS[pathname];
	if (!endpoint) {
		return envelopeAnswer({ code: 404, msg: `No such path: ${pathname}`, data: null }, 404);
	}
	if (method !== endpoint.method) {
		return envelopeAnswer({ code: 405, msg: `Method ${method} not allowed`, data: null }, 405);
	}
	if (headers.authorization !== `Bearer ${apiKey}`) {
		const msg = 'Unauthorized - Authentication credentials are missing or invalid';
		const status = authRejection === 'http401' ? 401 : 200;
		return envelopeAnswer({ code: 401, msg, data: null }, status);
	}
	return endpoint.answer(state, asked);
}
