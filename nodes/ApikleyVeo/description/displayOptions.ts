import type { IDisplayOptions } from 'n8n-workflow';

import { operations } from '../operations';
import type { FieldName, Operation } from '../operations/operation';

type Show = NonNullable<IDisplayOptions['show']>;

export const forVideoTask: IDisplayOptions = { show: { resource: ['videoTask'] } };

/** Shown for the operations that have this field. */
export function showFor(field: FieldName): IDisplayOptions {
	return { show: showForOperations(operations.filter(({ fields }) => fields.includes(field))) };
}

function showForOperations(shown: readonly Operation[]): Show {
	return { resource: ['videoTask'], operation: shown.map(({ option }) => option.value) };
}

/**
 * When the fields of a download are shown: always, or where Download Videos is on. n8n shows a field if all of its
 * conditions are met, so each of the two needs a field of its own.
 */
export const DOWNLOAD_MODES: readonly Show[] = downloadModes();

function downloadModes(): Show[] {
	const downloading = operations.filter(({ fields }) => fields.includes('downloadSource'));
	const isOptional = ({ fields }: Operation) => fields.includes('downloadVideos');
	return [
		showForOperations(downloading.filter((operation) => !isOptional(operation))),
		{ ...showForOperations(downloading.filter(isOptional)), downloadVideos: [true] },
	];
}

/** The same conditions for a field within a collection. */
export function atRoot(show: Show): Show {
	return Object.fromEntries(Object.entries(show).map(([name, values]) => [`/${name}`, values]));
}
