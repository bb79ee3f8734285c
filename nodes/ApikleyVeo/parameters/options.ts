import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { LookupLimits } from '../veo/api/client';
import type { RequestLimits } from '../veo/limits/requestLimiter';
import type { DownloadLimits } from '../veo/download/videoDownload';
import type { Schedule } from '../veo/polling/schedule';
import { tryRead, readNumber } from './number';
import type { InvalidParameterError, NumberRule } from './number';

/** With the panel's defaults, which a linter wants written out there; a test compares the two. */
export const POLLING_RULES = {
	initialDelay: { label: 'Initial Delay', default: 0, min: 0, unit: 'seconds' },
	interval: { label: 'Interval', default: 10, min: 0, exclusive: true, unit: 'seconds' },
	backoffFactor: { label: 'Backoff Factor', default: 1, min: 1 },
	maxInterval: { label: 'Max Interval', default: 60, min: 0, exclusive: true, unit: 'seconds' },
	timeout: { label: 'Timeout', default: 900, min: 0, unit: 'seconds' },
	parkAfter: { label: 'Park After', default: 60, min: 0, unit: 'seconds' },
} as const satisfies Record<string, NumberRule>;

export const OPTION_RULES = {
	maxConcurrency: { label: 'Max Concurrency', default: 10, min: 1, whole: true },
	requestsPerSecond: { label: 'Requests per Second', default: 0, min: 0 },
	requestTimeout: {
		label: 'Request Timeout',
		default: 30,
		min: 0,
		exclusive: true,
		unit: 'seconds',
	},
	maxRetries: { label: 'Max Retries', default: 5, min: 0, whole: true },
	maxDownloadSize: {
		label: 'Max Download Size',
		default: 2048,
		min: 0,
		exclusive: true,
		unit: 'MiB',
	},
} as const satisfies Record<string, NumberRule>;

const MIB = 2 ** 20;

export function readCollection(
	context: IExecuteFunctions,
	name: string,
	itemIndex: number,
): IDataObject {
	return context.getNodeParameter(name, itemIndex, {}) as IDataObject;
}

/** @throws InvalidSetting */
export function readSchedule(context: IExecuteFunctions, itemIndex: number): Schedule {
	const polling = readCollection(context, 'polling', itemIndex);
	const seconds = (name: keyof typeof POLLING_RULES) =>
		readNumber(polling[name], POLLING_RULES[name]);
	return {
		initialDelayMs: seconds('initialDelay') * 1000,
		intervalMs: seconds('interval') * 1000,
		backoffFactor: readNumber(polling.backoffFactor, POLLING_RULES.backoffFactor),
		maxIntervalMs: seconds('maxInterval') * 1000,
		timeoutMs: seconds('timeout') * 1000,
	};
}

export type OnTimeout = 'error' | 'output';

export function readOnTimeout(context: IExecuteFunctions, itemIndex: number): OnTimeout {
	const { onTimeout } = readCollection(context, 'polling', itemIndex);
	return onTimeout === 'output' ? 'output' : 'error';
}

/** The limits hold for all items together, so the first item's values count. */
export function readLimits(
	context: IExecuteFunctions,
): (LookupLimits & RequestLimits & DownloadLimits) | InvalidParameterError {
	return tryRead(() => {
		const options = readCollection(context, 'options', 0);
		const read = (name: keyof typeof OPTION_RULES) => readNumber(options[name], OPTION_RULES[name]);
		return {
			maxConcurrency: read('maxConcurrency'),
			requestsPerSecond: read('requestsPerSecond'),
			requestTimeoutMs: read('requestTimeout') * 1000,
			maxRetries: read('maxRetries'),
			maxDownloadBytes: read('maxDownloadSize') * MIB,
		};
	});
}
