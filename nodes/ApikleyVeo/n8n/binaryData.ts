import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { explainNetworkError } from './networkError';
import { toReadableLike } from './nodeStream';
import type { NodeStream } from './nodeStream';

export interface FileDetails {
	readonly fileName: string;
	readonly mimeType: string;
}

export type StoreResult =
	| { readonly kind: 'stored'; readonly binary: IBinaryData }
	/** `reason` is for the user to read. */
	| { readonly kind: 'failed'; readonly reason: string };

/**
 * Streams bytes into n8n's binary data. If they end with an error, n8n discards what it has written so far.
 * `sampleStream` is any stream that n8n has created.
 */
export async function storeBinary(
	context: IExecuteFunctions,
	sampleStream: NodeStream | null,
	bytes: AsyncIterable<Uint8Array>,
	{ fileName, mimeType }: FileDetails,
): Promise<StoreResult> {
	try {
		const stream = toReadableLike(sampleStream, bytes);
		const binary = await context.helpers.prepareBinaryData(stream, fileName, mimeType);
		return { kind: 'stored', binary };
	} catch (error) {
		return { kind: 'failed', reason: explainNetworkError(error) };
	}
}
