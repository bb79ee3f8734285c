import type { IExecuteFunctions } from 'n8n-workflow';

import type { Image } from '../n8n/images';
import { readImage } from '../n8n/images';
import { InvalidParameterError } from './invalidParameter';

/** Resolves with the image in a binary field of an item, or with why it can't be used. Sends no request. */
export async function inspectImage(
	context: IExecuteFunctions,
	itemIndex: number,
	field: string,
): Promise<Image | InvalidParameterError> {
	const content = await readImage(context, itemIndex, field);
	if (content.kind === 'image') return content.image;
	throw new Error('not built yet');
}
