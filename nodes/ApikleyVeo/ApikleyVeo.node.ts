import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	EngineResponse,
	IExecuteFunctions,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
	NodeOutput,
} from 'n8n-workflow';

import { outputs, subtitle } from './description/outputs';
import { properties } from './description/properties';
import { execute } from './execution/execute';
import { awaits } from './execution/savedRun';
import { wake, wakeWebhook } from './n8n/waking';
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
		waitingNodeTooltip:
			'The execution is parked until the Veo tasks of this node are complete. It checks them again by itself, at least 65 seconds after the last time, and later the longer it waits. You can close this tab: the result is under Executions.',
		description:
			'Generate Veo 3.1 videos with Apikley, wait until they are complete, and download them',
		defaults: { name: 'Apikley Veo' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs,
		credentials: [{ name: 'apikleyApi', required: true }],
		properties,
		webhooks: [wakeWebhook],
	};

	/** The webhook only exists while an execution is parked, so there is nothing to register. */
	webhookMethods = {
		default: {
			checkExists: async () => await Promise.resolve(true),
			create: async () => await Promise.resolve(true),
			delete: async () => await Promise.resolve(true),
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await Promise.resolve(wake(this, awaits));
	}

	async execute(this: IExecuteFunctions, response?: EngineResponse): Promise<NodeOutput> {
		return await execute(this, selectedOperation, response);
	}
}
