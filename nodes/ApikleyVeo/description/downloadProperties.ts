import type { INodeProperties } from 'n8n-workflow';

import { OPTION_RULES } from '../parameters/options';
import {
	ALL_DOWNLOADS,
	DOWNLOAD_SWITCHES,
	TASK_DOWNLOADS,
	atRoot,
	displayExceptAsTool,
} from './displayOptions';

const downloadVideos: INodeProperties = {
	displayName: 'Download Videos',
	name: 'downloadVideos',
	type: 'boolean',
	displayOptions: displayExceptAsTool(DOWNLOAD_SWITCHES.lookups),
	default: false,
	description:
		'Whether to download the videos of each task that succeeded, as the operation Download does',
};

/** The same with other defaults, which n8n takes from the field that is shown. */
const downloadCreated: INodeProperties = {
	...downloadVideos,
	displayOptions: displayExceptAsTool(DOWNLOAD_SWITCHES.creations),
	default: true,
	description:
		'Whether to download the new video. If this is off, each item only has the link, which works for 14 days.',
};

const downloadUpgraded: INodeProperties = {
	...downloadCreated,
	displayOptions: displayExceptAsTool(DOWNLOAD_SWITCHES.upgrades),
	description:
		'Whether to download the 1080p version if it is ready. If this is off, each item only has the link.',
};

const downloadSource: INodeProperties = {
	displayName: 'Videos to Download',
	name: 'downloadSource',
	type: 'options',
	options: [
		{
			name: 'Result Videos',
			value: 'resultUrls',
			description: 'The finished videos, in the aspect ratio you asked for',
		},
		{
			name: 'Original Videos',
			value: 'originUrls',
			description: "The original videos. Only available if the aspect ratio isn't 16:9.",
		},
	],
	default: 'resultUrls',
	description: 'Which videos of a task to download. Links to videos work for 14 days.',
};

const binaryProperty: INodeProperties = {
	displayName: 'Put Output File in Field',
	name: 'binaryProperty',
	type: 'string',
	required: true,
	default: 'data',
	placeholder: 'e.g. data',
	hint: 'The name of the output binary field to put the file in',
	description:
		'Binary field of the first video. Further videos of a task go into the same name with a number, e.g. data_1.',
};

const maxDownloadSize: INodeProperties = {
	displayName: 'Max Download Size (MiB)',
	name: 'maxDownloadSize',
	type: 'number',
	typeOptions: { minValue: OPTION_RULES.maxDownloadSize.min },
	default: 2048,
	description: 'Largest video to download, in MiB (2048 = 2 GiB). A larger one causes an error.',
};

export const downloadFields: INodeProperties[] = [
	downloadVideos,
	downloadCreated,
	downloadUpgraded,
	...TASK_DOWNLOADS.map((show) => ({
		...downloadSource,
		displayOptions: displayExceptAsTool(show),
	})),
	...ALL_DOWNLOADS.map((show) => ({
		...binaryProperty,
		displayOptions: displayExceptAsTool(show),
	})),
];

/** Within the collection of options. */
export const downloadOptions: INodeProperties[] = ALL_DOWNLOADS.map((show) => ({
	...maxDownloadSize,
	displayOptions: displayExceptAsTool(atRoot(show)),
}));
