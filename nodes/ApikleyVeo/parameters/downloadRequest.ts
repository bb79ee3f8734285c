import type { IExecuteFunctions } from 'n8n-workflow';

import { readChoice } from './choice';
import type { Mode } from './mode';
import { InvalidParameterError } from './number';

/** The lists of a task that name videos to download. */
export type VideoSource = 'resultUrls' | 'originUrls';

export interface DownloadRequest {
	readonly videoSource: VideoSource;
	/** Name of the first video's binary field. */
	readonly binaryProperty: string;
	/** What becomes of a task that has not ended yet. */
	readonly onUnfinished: 'error' | 'output';
}

/**
 * Null where nothing is to be downloaded.
 * @throws InvalidSetting
 */
export function readDownload(
	context: IExecuteFunctions,
	itemIndex: number,
	{ operation, byStatus }: Mode,
): DownloadRequest | null {
	const waits = operation === 'waitUntilComplete';
	const downloads = waits ? readDownloadVideos(context, itemIndex) : operation === 'download';
	if (!downloads) return null;
	return {
		videoSource: readChoice(context, itemIndex, 'downloadSource', ['resultUrls', 'originUrls']),
		binaryProperty: readBinaryProperty(context, itemIndex),
		// Of a wait, On Timeout has decided it already
		onUnfinished: waits || byStatus ? 'output' : 'error',
	};
}

/** @throws InvalidSetting */
function readDownloadVideos(context: IExecuteFunctions, itemIndex: number): boolean {
	const value = context.getNodeParameter('downloadVideos', itemIndex, false);
	if (value === true || value === 'true') return true;
	if (value === false || value === 'false') return false;
	throw new InvalidParameterError(
		`Download Videos must be true or false, but is ${JSON.stringify(value)}.`,
	);
}

/** In newer workflows a path to the field is made of its name, so dots and brackets would lead elsewhere. */
const BINARY_FIELD_NAME = /^(?!__proto__$)[\p{L}\p{N}_$-]([\p{L}\p{N}_$ -]*[\p{L}\p{N}_$-])?$/u;

/** @throws InvalidSetting */
function readBinaryProperty(context: IExecuteFunctions, itemIndex: number): string {
	const value: unknown = context.getNodeParameter('binaryProperty', itemIndex, 'data');
	const name = typeof value === 'string' ? value.trim() : value;
	if (typeof name === 'string' && BINARY_FIELD_NAME.test(name)) return name;
	throw new InvalidParameterError(
		`Put Output File in Field must be a plain name, of letters, digits, spaces, "_", "-" and "$" (for example data), but is ${JSON.stringify(value)}.`,
	);
}
