import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	EngineResponse,
	IExecuteFunctions,
	INodeType,
	INodeTypeDescription,
	NodeOutput,
} from 'n8n-workflow';

import { outputs, subtitle } from './description/outputs';
import { properties } from './description/properties';
import { execute } from './execution/execute';
import { selectedOperation } from './operations';

export class ApikleyVeo implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Apikley Veo',
		name: 'apikleyVeo',
		icon: { light: 'file:apikley.svg', dark: 'file:apikley.dark.svg' },
		group: ['transform'],
		// A breaking change adds a version: see CONTRIBUTING.md
		version: [1],
		subtitle,
		description:
			'Check Veo 3.1 video tasks at Apikley, wait until they are complete, and download the videos',
		defaults: { name: 'Apikley Veo' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs,
		credentials: [{ name: 'apikleyApi', required: true }],
		properties,
	};

	async execute(this: IExecuteFunctions, response?: EngineResponse): Promise<NodeOutput> {
		return await execute(this, selectedOperation(this), response);
	}
}
