import { readGeneration } from '../parameters/creationRequest';
import { create } from './create';
import type { Operation } from './operation';

export const generate: Operation = {
	...create,
	option: {
		name: 'Generate',
		value: 'generate',
		action: 'Generate a video',
		description: 'Create a video from a prompt, with or without images',
	},
	fields: [
		'generationType',
		'model',
		'aspectRatio',
		'generationOptions',
		'output',
		'outputMode',
		'options',
	],
	readCreation: readGeneration,
};
