import { isObject } from '../../task/coerce';
import type { JsonObject } from '../../task/coerce';
import type { VeoTask } from '../../task/task';
import { parseUpgrade } from '../../task/upgrade';
import { saysNotComplete, saysNotUpgradable, saysProcessing, saysTooOld } from '../apiTexts';
import { contradiction, toError } from '../envelope';
import type { ApiError, Envelope, TransientError } from '../envelope';
import { retryAlways } from '../retryPolicy';
import { transientReason } from '../statusCodes';
import type { Endpoint } from './endpoint';

/** Along with redirects and errors that may pass. */
const KNOWN_ERRORS = [401, 402, 403, 404, 433, 451];

/** The provider's twin sends these if the version isn't ready, and if it refuses to make one. */
const NOT_READY = [400, 422];

/**
 * The 1080p version of a video of a finished task, `generating` until it is ready. The first request can start the
 * upgrade, and cost credits. Sources: the documents of the provider's twin, and clients of the API.
 */
export function get1080pVideo(taskId: string, videoIndex: number): Endpoint<VeoTask> {
	const query = new URLSearchParams({ taskId, index: String(videoIndex) });
	return {
		method: 'GET',
		path: `/api/v1/veo/get-1080p-video?${query.toString()}`,
		retryPolicy: retryAlways,
		holdsValue: ({ data }) => parseUpgrade(recordIn(data)).isFinal,
		parse(envelope) {
			const value = parseUpgrade(recordIn(envelope.data));
			const error = value.isFinal ? null : findError(envelope);
			return error ?? { kind: 'success', value };
		},
	};
}

/** Returns null if the version just isn't ready yet. */
function findError(envelope: Envelope): ApiError | TransientError | null {
	const { code, message } = envelope;
	const error = toError(envelope);
	if (error.kind === 'noCredits') return error;
	// "Switched off", which no retry changes
	const isOff = code === 505 && contradiction(envelope) === null;
	if (isOff) return { kind: 'rejected', code, message };
	if (isKnownError(code)) return error;
	if (saysTooOld(message)) return { kind: 'tooOld', code, message };
	const isRefused = saysNotComplete(message) || saysNotUpgradable(message);
	if (isRefused) return { kind: 'rejected', code, message };
	return isNotReady(code, message) ? null : error;
}

/** Whether the code says what is wrong. The texts of such errors also have words such as "generate" or "minutes". */
function isKnownError(code: number): boolean {
	return KNOWN_ERRORS.includes(code) || isRedirect(code) || transientReason(code) !== null;
}

function isRedirect(code: number): boolean {
	return code >= 300 && code < 400;
}

/** Codes below 300 and above 599 stand for no error. */
function isNotReady(code: number, message: string | null): boolean {
	return code < 300 || code > 599 || NOT_READY.includes(code) || saysProcessing(message);
}

/** The link itself can be the data. */
function recordIn(data: unknown): JsonObject {
	return isObject(data) ? data : { data };
}
