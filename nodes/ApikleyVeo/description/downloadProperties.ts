import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { OPTION_RULES } from '../parameters/options';
import { showForVideoTask, showForWait } from './displayOptions';

type Shown = NonNullable<IDisplayOptions['show']>;

/** Two ways to download: n8n shows a field where all of its conditions are met, so each way needs one of its own. */
const DOWNLOAD_MODES: readonly Shown[] = [
	{ ...showForVideoTask, operation: ['download'] },
	{ ...showForWait, downloadVideos: [true] },
];

export const downloadVideos: INodeProperties = {
	displayName: 'Download Videos',
	name: 'downloadVideos',
	type: 'boolean',
	displayOptions: { show: showForWait },
	default: false,
	description:
		'Whether to download the videos of each task that succeeded, as the operation Download does',
};

const downloadSource: INodeProperties = {
	displayName: 'Videos to Download',
	name: 'downloadSource',
	type: 'options',
	options: [
		{
			name: 'Result Videos',
			value: 'resultUrls',
			description: 'Those in resultUrls, in the aspect ratio that was asked for',
		},
		{
			name: 'Original Videos',
			value: 'originUrls',
			description: 'Those in originUrls, which are there only if the aspect ratio is not 16:9',
		},
	],
	default: 'resultUrls',
	description: 'Which videos of a task to download. Links to videos live for 14 days.',
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
		'Binary field of the first video. Further videos of a task are put in the same name with a number, e.g. data_1.',
};

const maxDownloadSize: INodeProperties = {
	displayName: 'Max Download Size',
	name: 'maxDownloadSize',
	type: 'number',
	typeOptions: { minValue: OPTION_RULES.maxDownloadSize.least },
	default: 2048,
	description: 'MiB that a single video may have, e.g. 2048 for 2 GiB. A larger one is an error.',
};

export const downloadFields: INodeProperties[] = [downloadSource, binaryProperty].flatMap((field) =>
	DOWNLOAD_MODES.map((way) => ({ ...field, displayOptions: { show: way } })),
);

/** Within the collection of options. */
export const downloadOptions: INodeProperties[] = DOWNLOAD_MODES.map((way) => ({
	...maxDownloadSize,
	displayOptions: { show: atRoot(way) },
}));

function atRoot(shown: Shown): Shown {
	return Object.fromEntries(Object.entries(shown).map(([name, values]) => [`/${name}`, values]));
}
