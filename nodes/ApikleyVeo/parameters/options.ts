import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { RetryLimits } from '../veo/api/client';
import type { DownloadLimits } from '../veo/download/videoDownload';
import type { RequestLimits } from '../veo/limits/requestLimiter';
import { readParameter } from './invalidParameter';
import { readNumber } from './number';
import type { NumberRule } from './number';

/** With the panel's defaults. A linter wants those written out in the panel, so a test compares the two. */
export const OPTION_RULES = {
	maxConcurrency: { label: 'Max Concurrency', default: 10, min: 1, whole: true },
	requestsPerSecond: { label: 'Requests per Second', default: 0, min: 0 },
	requestTimeout: { label: 'Request Timeout (Seconds)', default: 30, min: 0, exclusive: true },
	maxRetries: { label: 'Max Retries', default: 5, min: 0, whole: true },
	maxDownloadSize: { label: 'Max Download Size (MiB)', default: 2048, min: 0, exclusive: true },
} as const satisfies Record<string, NumberRule>;

const MIB = 2 ** 20;

export type Limits = RetryLimits & RequestLimits & DownloadLimits;

/** Reads the limits by the first item, as they apply to all items together, or throws an InvalidParameterError. */
export function readLimits(context: IExecuteFunctions): Limits {
	const options = readCollection(context, 'options', 0);
	const read = (name: keyof typeof OPTION_RULES) => readNumber(options[name], OPTION_RULES[name]);
	return {
		maxConcurrency: read('maxConcurrency'),
		requestsPerSecond: read('requestsPerSecond'),
		requestTimeoutMs: read('requestTimeout') * 1000,
		maxRetries: read('maxRetries'),
		maxDownloadBytes: read('maxDownloadSize') * MIB,
	};
}

export function readCollection(
	context: IExecuteFunctions,
	name: string,
	itemIndex: number,
): IDataObject {
	return readParameter(context, name, itemIndex, {}) as IDataObject;
}
