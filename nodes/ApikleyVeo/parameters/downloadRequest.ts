import type { IExecuteFunctions } from 'n8n-workflow';

import type { VideoSource } from '../veo/task/task';
import { readChoice } from './choice';
import { InvalidParameterError, readParameter } from './invalidParameter';

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

/** @throws InvalidParameterError */
export function readDownloadVideos(context: IExecuteFunctions, itemIndex: number): boolean {
	const value = readParameter(context, 'downloadVideos', itemIndex, false);
	if (value === true || value === 'true') return true;
	if (value === false || value === 'false') return false;
	throw new InvalidParameterError(
		`Download Videos must be true or false. It is ${JSON.stringify(value)}.`,
		'Correct the expression.',
	);
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
