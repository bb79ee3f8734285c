import type { INodeProperties } from 'n8n-workflow';

const address: INodeProperties = {
	displayName:
		'Give the production URL above to Apikley as <code>callBackUrl</code> wherever the tasks are created: in the Apikley Veo node under Generation Options → Callback URL, or in the body of your own request. Apikley must be able to reach it from the internet.',
	name: 'addressNotice',
	type: 'notice',
	default: '',
};

const events: INodeProperties = {
	displayName: 'Trigger On',
	name: 'events',
	type: 'multiOptions',
	required: true,
	noDataExpression: true,
	options: [
		{
			name: 'Task Failed',
			value: 'failed',
			description: 'When a task failed. The item has the reason.',
		},
		{
			name: 'Task Succeeded',
			value: 'succeeded',
			description: 'When the videos of a task are ready',
		},
	],
	default: ['succeeded', 'failed'],
	description: 'Which tasks start the workflow. Tasks that are still generating never do.',
};

const output: INodeProperties = {
	displayName: 'Output Format',
	name: 'output',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Structured',
			value: 'structured',
			description: 'Always the same fields, such as status, successFlag, fallbackFlag and videoUrl',
		},
		{
			name: 'Raw',
			value: 'raw',
			description: "The API's own data object, unchanged",
		},
	],
	default: 'structured',
	description: 'What the item contains',
};

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [
		{
			displayName: 'Ignore Repeats',
			name: 'ignoreRepeats',
			type: 'boolean',
			noDataExpression: true,
			default: true,
			description:
				'Whether a task only starts the workflow once, even if Apikley repeats its callback',
		},
	],
};

/** The panel of the trigger, from top to bottom. */
export const triggerProperties: INodeProperties[] = [address, events, output, options];
