import type { IBinaryData, IBinaryKeyData } from 'n8n-workflow';

import type { DownloadResult } from '../n8n/downloader';

/**
 * Returns an item's binary fields: `data`, `data_1` and so on; undefined if there are none. A video keeps its number even
 * if one before it failed.
 */
export function toBinary(
	results: readonly DownloadResult[],
	binaryProperty: string,
): IBinaryKeyData | undefined {
	const fields = results.flatMap((result, index): Array<[string, IBinaryData]> => {
		if (result.kind === 'failed') return [];
		const name = index === 0 ? binaryProperty : `${binaryProperty}_${index}`;
		// Several items can share a download, and n8n modifies the binary data of an item
		return [[name, { ...result.binary }]];
	});
	return fields.length === 0 ? undefined : Object.fromEntries(fields);
}
