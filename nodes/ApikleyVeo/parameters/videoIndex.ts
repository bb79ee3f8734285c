import type { IExecuteFunctions } from 'n8n-workflow';

import { readParameter } from './invalidParameter';
import { labelOf } from './labels';
import { readNumber } from './number';
import type { NumberRule } from './number';

export const VIDEO_INDEX_RULE = {
	label: labelOf('videoIndex'),
	default: 0,
	min: 0,
	whole: true,
	example: 0,
} as const satisfies NumberRule;

/** Reads which of a task's videos is meant. Throws an InvalidParameterError. */
export function readVideoIndex(context: IExecuteFunctions, itemIndex: number): number {
	return readNumber(readParameter(context, 'videoIndex', itemIndex, 0), VIDEO_INDEX_RULE);
}
