import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IExecuteFunctions,
	IHookFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { triggerProperties } from './description/triggerProperties';
import { endLookups } from './trigger/nodeState';
import { passOn } from './trigger/passOn';
import { receiveCallback } from './trigger/receiveCallback';

export class ApikleyVeoTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Apikley Veo Trigger',
		name: 'apikleyVeoTrigger',
		icon: { light: 'file:apikley.svg', dark: 'file:apikley.dark.svg' },
		group: ['trigger'],
		// A breaking change adds a version: see CONTRIBUTING.md. Both are the same for us. But n8n evaluates an expression for
		// each call of a webhook of version 1, and may start a JavaScript engine for that.
		version: [1, 1.1],
		subtitle: '={{ "task " + $parameter["events"].join(" or ") }}',
		// n8n also shows it above the actions of the other node
		description:
			'Starts the workflow when a Veo 3.1 video task at Apikley has finished. To generate, wait for and download videos, use the actions of Apikley Veo.',
		eventTriggerDescription: 'Waiting for Apikley to call the test URL',
		activationMessage: 'Tasks that were created with the production URL now start this workflow.',
		defaults: { name: 'Apikley Veo Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'apikleyApi', required: true }],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: 'onReceived',
				// The response is what the webhook returns
				responseData: '',
				path: 'apikley-veo',
			},
		],
		properties: triggerProperties,
	};

	/** Apikley has no list of addresses: each task is created with the address that it calls. */
	webhookMethods = {
		default: {
			checkExists: async (): Promise<boolean> => await Promise.resolve(true),
			create: async (): Promise<boolean> => await Promise.resolve(true),
			async delete(this: IHookFunctions): Promise<boolean> {
				endLookups(this);
				return await Promise.resolve(true);
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receiveCallback(this);
	}

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await passOn(this);
	}
}
