import type { Fault } from './faults.mjs';
import { envelope, withHeaders, type HttpResponse } from './response.mjs';
import type { Step } from './steps.mjs';

/**
 * What happens to a request that creates a task: whether a task is created, and what the response says. Just
 * `{}` creates one and says so. All of it is JSON.
 */
export interface CreationPlan extends Step {
	/** Whether a task is created, and billed; default true. */
	creates?: boolean;
	/** Default success with the task ID, or code 500 if no task is created. */
	response?: CreationResponse;
	/** What goes wrong with the response on its way; default nothing. */
	fault?: Fault;
}

export interface CreationResponse {
	code: number;
	/** Default: the API's message for this code. */
	msg?: string;
	/** The HTTP status; default 200. */
	status?: number;
	/** Whether it names the created task; default only with code 200. */
	withTaskId?: boolean;
	/** `Retry-After`. */
	retryAfterSeconds?: number;
}

/** A task is created, and the response says so after `ms`. */
export const createdLate = (ms: number): CreationPlan => ({ fault: { kind: 'delay', ms } });

/** A task is created, and there is never a response. */
export const createdWithoutResponse = (): CreationPlan => ({ fault: { kind: 'hang' } });

/** A task is created, and the connection closes in the middle of the response's body. */
export const createdButCutOff = (): CreationPlan => ({
	fault: { kind: 'cutOff', afterBytes: 12 },
});

/** A task is created, and the response is a gateway's page: HTTP 200 by default. */
export const createdButHtml = (status = 200): CreationPlan => ({
	fault: { kind: 'status', status, body: 'html' },
});

/** A task is created, and the response is a success that doesn't name it. */
export const createdWithoutId = (): CreationPlan => ({
	response: { code: 200, withTaskId: false },
});

/** A task is created, and the response says that it was refused. */
export const createdButRefused = (
	code: number,
	more: Omit<CreationResponse, 'code'> = {},
): CreationPlan => ({ response: { code, ...more } });

/** No task is created, and the response says why. */
export const refused = (code: number, more: Omit<CreationResponse, 'code'> = {}): CreationPlan => ({
	creates: false,
	response: { code, ...more },
});

const MESSAGES: Readonly<Record<number, string>> = {
	200: 'success',
	400: 'Your prompt was flagged by Website as violating content policies.',
	401: 'Unauthorized - Authentication credentials are missing or invalid',
	402: 'Credits insufficient: the balance of this account does not cover the request.',
	404: 'Not Found - The requested resource or endpoint does not exist',
	408: 'Timeout',
	422: 'Validation Error - The request parameters failed validation checks.',
	429: 'Rate limited - Too many requests, please try again later.',
	433: 'The spending limit of this API key has been reached.',
	451: 'Failed to fetch the image. Kindly verify any access limits set by you or your service provider.',
	455: 'Service Unavailable - System is currently undergoing maintenance',
	500: 'Internal Error, Please try again later.',
	501: 'Failed - Video generation task failed',
	505: 'Feature disabled - The requested feature is currently disabled',
};

/** The API's message for a code. */
export function messageOf(code: number): string {
	return MESSAGES[code] ?? `Error ${code}`;
}

/** Returns the response of a planned creation, before anything goes wrong with it. */
export function plannedResponse(
	{ creates = true, response }: CreationPlan,
	taskId: string | null,
): HttpResponse {
	const { code, status = 200, ...more } = response ?? { code: creates ? 200 : 500 };
	const { msg = messageOf(code), withTaskId = code === 200, retryAfterSeconds } = more;
	const data = withTaskId && taskId !== null ? { taskId } : null;
	return withHeaders(
		envelope(code, msg, data, status),
		retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
	);
}
