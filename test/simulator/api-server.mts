import type { IncomingMessage, RequestListener } from 'node:http';

import { envelopeAnswer, withHeaders, type Answer } from './answer.mjs';
import { applyFault } from './apply-fault.mjs';
import { CONTROL_PREFIX, handleControl } from './control.mjs';
import { deliver } from './deliver.mjs';
import { deliveryOf, type Delivery } from './delivery.mjs';
import { Exchange } from './exchange.mjs';
import { replacesAnswer } from './replaced-answer.mjs';
import { requestUrl } from './request-url.mjs';
import type { SimulatorState } from './state.mjs';
import type { UnknownForm } from './task-script.mjs';

/** As in the provider's document, `get-veo3-1-video-details`. */
export const RECORD_INFO_PATH = '/api/v1/veo/record-info';

/** Plays record-info, and takes the control requests beside it. */
export function apiListener(state: SimulatorState): RequestListener {
	return (request, response) => {
		const url = requestUrl(request);
		if (url.pathname.startsWith(CONTROL_PREFIX)) {
			void handleControl(state, url, request, response);
			return;
		}
		const taskId = url.searchParams.get('taskId');
		const exchange = new Exchange(request, response, state.logs.api, taskId, state.closed);
		void deliver(() => deliveryFor(state, request, url.pathname, taskId), exchange);
	};
}

function deliveryFor(
	state: SimulatorState,
	request: IncomingMessage,
	pathname: string,
	taskId: string | null,
): Delivery {
	const { responseDelayMs, rateLimit } = state.settings;
	const now = state.now();
	const delayed = (answer: Answer) => ({ ...deliveryOf(answer), delayMs: responseDelayMs });
	if (rateLimit && !state.rateLimit.allows(rateLimit.requestsPerSecond, now)) {
		return delayed(tooManyRequests(rateLimit.retryAfterSeconds));
	}
	const fault = state.faults.api.take(taskId ?? '');
	const normal = replacesAnswer(fault)
		? envelopeAnswer({ code: 200, msg: '', data: null })
		: normalAnswer(state, request, pathname, taskId);
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
	taskId: string | null,
): Answer {
	const { apiKey, authRejection } = state.settings;
	if (pathname !== RECORD_INFO_PATH) {
		return envelopeAnswer({ code: 404, msg: `No such path: ${pathname}`, data: null }, 404);
	}
	if (method !== 'GET') {
		return envelopeAnswer({ code: 405, msg: `Method ${method} not allowed`, data: null }, 405);
	}
	if (headers.authorization !== `Bearer ${apiKey}`) {
		const msg = 'Unauthorized - Authentication credentials are missing or invalid';
		const status = authRejection === 'http401' ? 401 : 200;
		return envelopeAnswer({ code: 401, msg, data: null }, status);
	}
	return taskId ? taskAnswer(state, taskId) : unknownTask('', state.settings.unknownAs);
}

function taskAnswer(state: SimulatorState, taskId: string): Answer {
	const lookup = state.tasks.lookUp(taskId, state.now());
	if (lookup.kind === 'unknown') {
		return unknownTask(taskId, lookup.form ?? state.settings.unknownAs);
	}
	const { code, msg, data } = lookup;
	return envelopeAnswer({ code, msg, data });
}

function unknownTask(taskId: string, form: UnknownForm): Answer {
	// Recorded: HTTP 200, {"code":422,"msg":"Record not found for taskId: …","data":null}
	const envelope = (code: number) => ({
		code,
		msg: code === 200 ? 'success' : `Record not found for taskId: ${taskId}`,
		data: null,
	});
	switch (form) {
		case 'code422':
			return envelopeAnswer(envelope(422));
		case 'code404':
			return envelopeAnswer(envelope(404));
		case 'http422':
			return envelopeAnswer(envelope(422), 422);
		case 'http404':
			return envelopeAnswer(envelope(404), 404);
		case 'nullData':
			return envelopeAnswer(envelope(200));
	}
}
