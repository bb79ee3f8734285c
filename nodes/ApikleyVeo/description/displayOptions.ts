/** When a field is shown. n8n wants all conditions met, so a field has a copy for each way in which it can be shown. */
import type { IDisplayOptions } from 'n8n-workflow';

import { operations } from '../operations';
import type { Field, Operation } from '../operations/operation';
import type { OnTaskFailed } from '../parameters/taskRequest';

export type Show = NonNullable<IDisplayOptions['show']>;

type Applies = (operation: Operation) => boolean;

const looksUp: Applies = ({ resource }) => resource === 'videoTask';
const creates: Applies = ({ readCreation }) => readCreation !== null;
const upgrades: Applies = ({ fields }) => fields.includes('videoIndex');

export const showForLookups = showFor(looksUp);
export const showForCreations = showFor(creates);
export const showForUpgrades = showFor(upgrades);

export function showForField(field: Field): Show {
	return showFor(({ fields }) => fields.includes(field));
}

/** For a field whose text depends on the operation. */
export function showForOperation(name: string): Show {
	return showFor(({ option }) => option.value === name);
}

const IF_WAITING: Show = { waitForCompletion: [true] };

const showForAwaitedCreations = { ...showForCreations, ...IF_WAITING };
export const showForAwaitedUpgrades = { ...showForUpgrades, ...IF_WAITING };
const showForWaits = showFor(({ waits }) => waits === 'always');

/** Each way to wait for a task. */
export const TASK_WAITS: readonly Show[] = [showForWaits, showForAwaitedCreations];
export const ALL_WAITS: readonly Show[] = [...TASK_WAITS, showForAwaitedUpgrades];

const IF_PARKED: Show = { '/whileWaiting': ['park'] };

/** Park After: an execution that has created tasks is parked at once, so that their IDs are saved. */
export const PARKED_LATER: Show = {
	...atRoot(showFor((operation) => operation.waits !== 'never' && !creates(operation))),
	...IF_PARKED,
};

/** Wake on Callback: only a creation can tell the API where to report the end of its task. */
export const PARKED_CREATIONS: Show = { ...atRoot(showForCreations), ...IF_PARKED };

/** Download Videos: a task that was just created has no videos, so that a creation has to be waited for. */
export const DOWNLOAD_SWITCHES = {
	lookups: showFor((operation) => looksUp(operation) && operation.downloads === 'optionally'),
	creations: showForAwaitedCreations,
	upgrades: showForUpgrades,
} as const satisfies Record<string, Show>;

const IF_DOWNLOADING: Show = { downloadVideos: [true] };

/** Each way to download the videos of a task. */
export const TASK_DOWNLOADS: readonly Show[] = [
	showFor(({ downloads }) => downloads === 'always'),
	{ ...DOWNLOAD_SWITCHES.lookups, ...IF_DOWNLOADING },
	{ ...DOWNLOAD_SWITCHES.creations, ...IF_DOWNLOADING },
];
export const ALL_DOWNLOADS: readonly Show[] = [
	...TASK_DOWNLOADS,
	{ ...DOWNLOAD_SWITCHES.upgrades, ...IF_DOWNLOADING },
];

/** If a Task Failed, by its default. */
export const FAILED_TASKS: ReadonlyArray<{
	readonly byDefault: OnTaskFailed;
	readonly show: Show;
}> = [
	{ byDefault: 'output', show: showFor(({ onTaskFailed }) => onTaskFailed === 'output') },
	{
		byDefault: 'error',
		show: showFor((operation) => looksUp(operation) && operation.onTaskFailed === 'error'),
	},
	{ byDefault: 'error', show: showForAwaitedCreations },
];

/** Within the collection of options, where more than one request is sent. */
export const SEVERAL_REQUESTS: Show = atRoot(showFor(({ gets }) => gets !== 'credits'));

/** For a field that has no use as an AI tool. n8n drops its value there. */
export function displayExceptAsTool(show: Show): IDisplayOptions {
	return { show, hide: { '@tool': [true] } };
}

/** For the copy of a field whose conditions depend on another field that a tool doesn't have. */
export function displayAsTool(show: Show): IDisplayOptions {
	return { show: { ...show, '@tool': [true] } };
}

/** The same conditions for a field within a collection. */
export function atRoot(show: Show): Show {
	return Object.fromEntries(Object.entries(show).map(([name, values]) => [`/${name}`, values]));
}

function showFor(applies: Applies): Show {
	const shown = operations.filter(applies);
	return {
		resource: [...new Set(shown.map(({ resource }) => resource))],
		operation: shown.map(({ option }) => option.value),
	};
}
