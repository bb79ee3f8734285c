import type { INodePropertyOptions } from 'n8n-workflow';

import type { RunOperation } from '../execution/execute';

/** The parameters of the panel that only some operations have. */
export type FieldName =
	| 'taskId'
	| 'downloadVideos'
	| 'downloadSource'
	| 'binaryProperty'
	| 'maxDownloadSize'
	| 'whileWaiting'
	| 'polling'
	| 'failedTask'
	| 'output'
	| 'outputMode'
	| 'options';

/** One operation of the node: how the panel shows it, and how it reads what each item requests. */
export interface Operation extends RunOperation {
	readonly option: INodePropertyOptions & { readonly value: string };
	readonly fields: readonly FieldName[];
}

/** How a result becomes an item. */
export const OUTPUT_FIELDS = ['failedTask', 'output', 'outputMode'] as const;

/** Which files are stored, and where. */
export const DOWNLOAD_FIELDS = ['downloadSource', 'binaryProperty', 'maxDownloadSize'] as const;
