import type { IDisplayOptions } from 'n8n-workflow';

import { operations } from '../operations';
import type { Operation } from '../operations/operation';
import type { OnTaskFailed } from '../parameters/taskRequest';

type Show = NonNullable<IDisplayOptions['show']>;

export const showForVideoTask: Show = { resource: ['videoTask'] };

export const showForWait = showFor(({ waits }) => waits === 'always');

export const showForOptionalDownload = showFor(({ downloads }) => downloads === 'optionally');

/** By status a failed task always leaves on Failed. As a tool the node has no Outputs. */
export function displayForFailedTask(byDefault: OnTaskFailed): IDisplayOptions {
	return {
		show: showFor(({ onTaskFailed }) => onTaskFailed === byDefault),
		hide: { outputMode: ['byStatus'] },
	};
}

/** For a field that has no use as an AI tool. n8n drops its value there. */
export function displayExceptAsTool(show: Show): IDisplayOptions {
	return { show, hide: { '@tool': [true] } };
}

/** n8n shows a field if all of its conditions are met, so each way to download needs a field of its own. */
export const DOWNLOAD_MODES: readonly Show[] = [
	showFor(({ downloads }) => downloads === 'always'),
	{ ...showForOptionalDownload, downloadVideos: [true] },
];

/** The same conditions for a field within a collection. */
export function atRoot(show: Show): Show {
	return Object.fromEntries(Object.entries(show).map(([name, values]) => [`/${name}`, values]));
}

function showFor(applies: (operation: Operation) => boolean): Show {
	const shown = operations.filter(applies).map(({ option }) => option.value);
	return { ...showForVideoTask, operation: shown };
}
