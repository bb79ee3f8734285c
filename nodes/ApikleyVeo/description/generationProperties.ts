import type { INodeProperties } from 'n8n-workflow';

import { GENERATION_RULES } from '../parameters/generationOptions';
import {
	atRoot,
	displayAsTool,
	displayExceptAsTool,
	showForField,
	showForOperation,
} from './displayOptions';

const prompt: INodeProperties = {
	displayName: 'Prompt',
	name: 'prompt',
	type: 'string',
	typeOptions: { rows: 4 },
	required: true,
	displayOptions: { show: showForOperation('generate') },
	default: '',
	placeholder:
		'e.g. Close-up of a barista pouring latte art in a sunlit café. The camera slowly moves in. Warm film look. Sound: quiet jazz, the hiss of a steam wand.',
	description:
		'What happens in the video, and how it looks and sounds: subject, action, camera, style and sound',
};

const extensionPrompt: INodeProperties = {
	...prompt,
	displayOptions: { show: showForOperation('extend') },
	placeholder:
		'e.g. She looks up, smiles and hands the cup to a guest. The camera follows the cup. Sound: quiet jazz, the clink of a saucer.',
	description: 'What happens next in the video',
};

const showForGenerationType = showForField('generationType');

const generationType: INodeProperties = {
	displayName: 'Generate From',
	name: 'generationType',
	type: 'options',
	displayOptions: { show: showForGenerationType },
	options: [
		{ name: 'Text', value: 'TEXT_2_VIDEO', description: 'Only the prompt' },
		{
			name: 'First and Last Frame',
			value: 'FIRST_AND_LAST_FRAMES_2_VIDEO',
			description: 'One image to begin with, or two to begin and end with, and the prompt',
		},
		{
			name: 'Reference Images',
			value: 'REFERENCE_2_VIDEO',
			description: 'One to three images of what the video shows, and the prompt',
		},
	],
	default: 'TEXT_2_VIDEO',
	description: 'What the video is made from',
};

const showForImages = {
	...showForGenerationType,
	generationType: ['FIRST_AND_LAST_FRAMES_2_VIDEO', 'REFERENCE_2_VIDEO'],
};

const imageSource: INodeProperties = {
	displayName: 'Image Source',
	name: 'imageSource',
	type: 'options',
	// A tool has no binary data
	displayOptions: displayExceptAsTool(showForImages),
	options: [
		{ name: 'URL', value: 'url', description: 'Images that are open to the internet' },
		{
			name: 'Binary File',
			value: 'binary',
			description: 'Images in the input items, which are uploaded first',
		},
	],
	default: 'url',
	description: 'Where the images come from',
};

const imageUrls: INodeProperties = {
	displayName: 'Image URLs',
	name: 'imageUrls',
	type: 'string',
	typeOptions: { rows: 2 },
	required: true,
	displayOptions: displayExceptAsTool({ ...showForImages, imageSource: ['url'] }),
	default: '',
	placeholder: 'e.g. https://example.com/image.png',
	description:
		'Addresses of the images, one on each line or separated by commas. An expression can also return a list.',
};

/** A tool only takes addresses, whatever is left over in Image Source. */
const imageUrlsOfTool: INodeProperties = {
	...imageUrls,
	displayOptions: displayAsTool(showForImages),
};

const imageFields: INodeProperties = {
	displayName: 'Input Binary Fields',
	name: 'imageFields',
	type: 'string',
	required: true,
	displayOptions: displayExceptAsTool({ ...showForImages, imageSource: ['binary'] }),
	default: 'data',
	placeholder: 'e.g. data, data_1',
	hint: 'The names of the input binary fields that have the images, separated by commas',
};

const model: INodeProperties = {
	displayName: 'Model',
	name: 'model',
	type: 'options',
	displayOptions: { show: showForField('model') },
	options: [
		{ name: 'Fast', value: 'veo3_fast', description: 'Faster and cheaper' },
		{ name: 'Quality', value: 'veo3', description: 'Better quality at a higher price' },
	],
	default: 'veo3_fast',
	description: 'Which model of Veo 3.1 to use. An expression can name another one.',
};

const aspectRatio: INodeProperties = {
	displayName: 'Aspect Ratio',
	name: 'aspectRatio',
	type: 'options',
	displayOptions: { show: showForField('aspectRatio') },
	options: [
		{
			name: '16:9',
			value: '16:9',
			description: 'Landscape. The only one with a 1080p version.',
		},
		{ name: '9:16', value: '9:16', description: 'Portrait, e.g. for Shorts and Reels' },
		{ name: 'Auto', value: 'Auto', description: 'The model decides' },
	],
	default: '16:9',
	description: 'Shape of the video',
};

const showForReferences = { ...showForGenerationType, generationType: ['REFERENCE_2_VIDEO'] };

/** What the provider may allow some day is no error. */
const referenceModelNotice: INodeProperties = {
	displayName:
		'The API will probably refuse this. By its documentation, reference images only work with the Fast model.',
	name: 'referenceModelNotice',
	type: 'notice',
	displayOptions: { show: { ...showForReferences, model: ['veo3'] } },
	default: '',
};

const referenceRatioNotice: INodeProperties = {
	displayName:
		'The API will probably refuse this. By its documentation, reference images only work in 16:9.',
	name: 'referenceRatioNotice',
	type: 'notice',
	displayOptions: { show: { ...showForReferences, aspectRatio: ['9:16', 'Auto'] } },
	default: '',
};

const generationOptions: INodeProperties = {
	displayName: 'Generation Options',
	name: 'generationOptions',
	type: 'collection',
	placeholder: 'Add generation option',
	displayOptions: { show: showForField('generationOptions') },
	default: {},
	options: [
		{
			displayName: 'Additional Fields',
			name: 'additionalFields',
			type: 'json',
			default: '{}',
			description:
				'JSON object with further fields for the API, such as those that are newer than this node. They replace fields of the same name, and null leaves a field of this node out.',
		},
		{
			displayName: 'Callback URL',
			name: 'callBackUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://example.com/veo-callback',
			description:
				'Where the API reports the end of the task. It must be open to the internet. A parked execution is then not woken by the API.',
		},
		{
			displayName: 'Max Videos',
			name: 'maxVideos',
			type: 'number',
			typeOptions: { minValue: GENERATION_RULES.maxVideos.min, numberPrecision: 0 },
			default: 100,
			description:
				"Most videos that all runs of this node may create in one execution, so that a loop gone wrong can't use up your credits. A run that would exceed it fails before it creates any.",
		},
		{
			displayName: 'Seed',
			name: 'seeds',
			type: 'number',
			typeOptions: {
				minValue: GENERATION_RULES.seeds.min,
				maxValue: GENERATION_RULES.seeds.max,
				numberPrecision: 0,
			},
			default: 10000,
			description:
				'Number from 10000 to 99999 that the model starts from. By default the API chooses one.',
		},
		{
			displayName: 'Translate Prompt to English',
			name: 'enableTranslation',
			type: 'boolean',
			displayOptions: { show: atRoot(showForOperation('generate')) },
			default: true,
			description:
				'Whether the API translates the prompt first. It does so by default, because English works best.',
		},
		{
			displayName: 'Watermark',
			name: 'watermark',
			type: 'string',
			default: '',
			placeholder: 'e.g. My Brand',
			description: 'Text to show in the video',
		},
	],
};

export const generationFields: INodeProperties[] = [
	prompt,
	extensionPrompt,
	generationType,
	imageSource,
	imageUrls,
	imageUrlsOfTool,
	imageFields,
	model,
	referenceModelNotice,
	aspectRatio,
	referenceRatioNotice,
	generationOptions,
];
