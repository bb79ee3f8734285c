import type { INodePropertyOptions } from 'n8n-workflow';

import type { RunOperation } from '../execution/execute';
import type { OnTaskFailed } from '../parameters/taskRequest';

export type Resource = 'video' | 'videoTask' | 'account';

/** A field that some operations have, whatever their other fields are set to. */
export type Field =
	| 'videoIndex'
	| 'generationType'
	| 'model'
	| 'aspectRatio'
	| 'generationOptions'
	| 'output'
	| 'outputMode'
	| 'options';

/** One operation of the node: how the panel shows it, which fields it has, and how it reads what an item requests. */
export interface Operation extends RunOperation {
	readonly resource: Resource;
	readonly option: INodePropertyOptions & { readonly value: string };
	/** In any order. Fields that aren't in `Field` follow from the other properties. */
	readonly fields: readonly Field[];
	/** When the fields of a download are shown: never, always, or if Download Videos is on. */
	readonly downloads: 'never' | 'always' | 'optionally';
	/** The default of If a Task Failed: an error where a file or a new video is wanted. Null if it is not shown. */
	readonly onTaskFailed: OnTaskFailed | null;
}
