import { isObject } from '../../task/coerce';
import type { JsonObject } from '../../task/coerce';
import type { VeoTask } from '../../task/task';
import { parseUpgrade } from '../../task/upgrade';
import { saysNotComplete, saysNotUpgradable, saysProcessing, saysTooOld } from '../apiTexts';
import { contradiction, hasNoCredits, toError } from '../envelope';
import { retryAlways } from '../retryPolicy';
import type { Endpoint } from './endpoint';

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
			const { code, message, data } = envelope;
			const value = parseUpgrade(recordIn(data));
			if (value.isFinal) return { kind: 'success', value };
			// Codes that stand for no error are known from no document, and mean no refusal
			const isNotReady = code < 300 || code > 599 || saysProcessing(message);
			const error = isNotReady && !hasNoCredits(envelope) ? null : toError(envelope);
			if (error === null) return { kind: 'success', value };
			if (error.kind === 'noCredits') return error;
			// "Switched off", which no retry changes
			const isOff = code === 505 && contradiction(envelope) === null;
			if (isOff) return { kind: 'rejected', code, message };
			if (code !== 400 && code !== 422) return error;
			if (saysTooOld(message)) return { kind: 'tooOld', code, message };
			const isRefused = saysNotComplete(message) || saysNotUpgradable(message);
			if (isRefused) return { kind: 'rejected', code, message };
			return { kind: 'success', value };
		},
	};
}

/** The link itself can be the data. */
function recordIn(data: unknown): JsonObject {
	return isObject(data) ? data : { data };
}
