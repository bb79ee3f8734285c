import { readExtension } from '../parameters/creationRequest';
import { create } from './create';
import type { Operation } from './operation';

export const extend: Operation = {
	...create,
	option: {
		name: 'Extend',
		value: 'extend',
		action: 'Extend a video',
		description: 'Create a video that continues the one of a finished task',
	},
	fields: ['generationOptions', 'output', 'outputMode', 'options'],
	readCreation: readExtension,
};
