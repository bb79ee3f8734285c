import type { IBinaryData, IBinaryKeyData } from 'n8n-workflow';

import type { VideoFailure } from '../veo/download/failure';

/** What became of one video of a task. */
export type VideoDownload =
	| { readonly kind: 'stored'; readonly binary: IBinaryData }
	| { readonly kind: 'failed'; readonly url: string; readonly failure: DownloadFailure };

export type DownloadFailure =
	| Exclude<VideoFailure, { kind: 'aborted' }>
	/** It came, but n8n could not keep it. */
	| { readonly kind: 'notStored'; readonly reason: string };

/**
 * An item's binary fields: `data`, `data_1` and so on. A video keeps its number where one before it failed.
 * Undefined where there is nothing to put into them.
 */
export function binaryOf(
	videos: readonly VideoDownload[],
	binaryProperty: string,
): IBinaryKeyData | undefined {
	const fields = videos.flatMap((video, index): Array<[string, IBinaryData]> => {
		if (video.kind === 'failed') return [];
		const name = index === 0 ? binaryProperty : `${binaryProperty}_${index}`;
		// Several items can share a download, and n8n changes what it finds on an item
		return [[name, { ...video.binary }]];
	});
	return fields.length === 0 ? undefined : Object.fromEntries(fields);
}
