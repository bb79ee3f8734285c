import type { IExecuteFunctions } from 'n8n-workflow';

import { trimFullStop } from '../errors/problem';
import { MAX_IMAGE_BYTES, readImage } from '../n8n/images';
import type { FieldContent, Image } from '../n8n/images';
import { InvalidParameterError } from './invalidParameter';

const TYPES = 'Apikley takes JPEG, PNG and WebP images.';

/** Resolves with the image in a binary field of an item, or with why it can't be used. Sends no request. */
export async function inspectImage(
	context: IExecuteFunctions,
	itemIndex: number,
	field: string,
): Promise<Image | InvalidParameterError> {
	const content = await readImage(context, itemIndex, field);
	return content.kind === 'image' ? content.image : toError(content, field);
}

function toError(
	content: Exclude<FieldContent, { kind: 'image' }>,
	field: string,
): InvalidParameterError {
	switch (content.kind) {
		case 'noField':
			return missingField(field, content.fields);
		case 'noContents':
			return new InvalidParameterError(
				`The binary field "${field}" of this item describes a file, but has no contents.`,
				'Look at the node that outputs it: it has kept neither the data of the file nor its ID.',
			);
		case 'empty':
			return new InvalidParameterError(
				`The file in the binary field "${field}" is empty.`,
				'Look at the node that outputs it.',
			);
		case 'tooLarge':
			return new InvalidParameterError(
				`The image in the binary field "${field}" is ${toMiB(content.size)} MiB, over the limit of ${toMiB(MAX_IMAGE_BYTES)} MiB.`,
				'Reduce it before this node, for example with an Edit Image node.',
			);
		case 'notAnImage':
			return new InvalidParameterError(
				`The binary field "${field}" holds ${content.found}. ${TYPES}`,
				'Convert it before this node, for example with an Edit Image node.',
			);
		case 'unreadable':
			return new InvalidParameterError(
				`n8n can't read the binary field "${field}": ${trimFullStop(content.reason)}.`,
				'It may have been deleted along with an old execution. Run the node that outputs it again.',
			);
		default:
			return content satisfies never;
	}
}

function missingField(field: string, fields: readonly string[]): InvalidParameterError {
	const names = fields.map((name) => `"${name}"`).join(', ');
	const has = fields.length === 0 ? 'It has no binary data' : `Its binary fields are: ${names}`;
	return new InvalidParameterError(
		`This item has no binary field "${field}". ${has}.`,
		fields.length === 0
			? 'Connect a node that outputs the image as a file, or give the image by its URL.'
			: 'Enter one of these names in Input Binary Fields.',
	);
}

function toMiB(bytes: number): number {
	return Math.ceil((bytes / 2 ** 20) * 100) / 100;
}
