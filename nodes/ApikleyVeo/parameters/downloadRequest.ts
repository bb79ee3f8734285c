import type { IExecuteFunctions } from 'n8n-workflow';

import type { VideoSource } from '../veo/task/task';
import { readBoolean } from './boolean';
import { readChoice } from './choice';
import { InvalidParameterError, readParameter } from './invalidParameter';
import { labelOf } from './labels';

export interface DownloadRequest {
	readonly videoSource: VideoSource;
	/** The first video's binary field. */
	readonly binaryProperty: string;
	/** What happens to a task that isn't complete. */
	readonly onUnfinished: 'error' | 'output';
}

/** @throws InvalidParameterError */
export function readDownload(
	context: IExecuteFunctions,
	itemIndex: number,
	onUnfinished: DownloadRequest['onUnfinished'],
): DownloadRequest {
	return {
		videoSource: readChoice(context, itemIndex, 'downloadSource', ['resultUrls', 'originUrls']),
		binaryProperty: readBinaryProperty(context, itemIndex),
		onUnfinished,
	};
}

/** Reads the download if Download Videos is on; null if it is off. Throws an InvalidParameterError. */
export function readOptionalDownload(
	context: IExecuteFunctions,
	itemIndex: number,
	byDefault: boolean,
): DownloadRequest | null {
	const value = readParameter(context, 'downloadVideos', itemIndex, byDefault);
	if (!readBoolean(value, labelOf('downloadVideos'))) return null;
	// On Timeout already decides about an unfinished task
	return readDownload(context, itemIndex, 'output');
}

/** n8n builds a path from the name in newer workflows, where a dot or a bracket would lead to another place. */
const BINARY_FIELD_NAME = /^(?!__proto__$)[\p{L}\p{N}_$-]([\p{L}\p{N}_$ -]*[\p{L}\p{N}_$-])?$/u;

/** @throws InvalidParameterError */
function readBinaryProperty(context: IExecuteFunctions, itemIndex: number): string {
	const value = readParameter(context, 'binaryProperty', itemIndex, 'data');
	const name = typeof value === 'string' ? value.trim() : value;
	if (typeof name === 'string' && BINARY_FIELD_NAME.test(name)) return name;
	throw new InvalidParameterError(
		`Put Output File in Field can only contain letters, digits, spaces, and _ - $. It is ${JSON.stringify(value)}.`,
		'Use a name such as data.',
	);
}
