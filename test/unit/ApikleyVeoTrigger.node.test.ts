import { Workflow } from 'n8n-workflow';
import type { IHookFunctions, INode, INodeParameters, INodePropertyOptions } from 'n8n-workflow';

import { ApikleyVeoTrigger } from '../../nodes/ApikleyVeo/ApikleyVeoTrigger.node';
import codex from '../../nodes/ApikleyVeo/ApikleyVeoTrigger.node.json';
import { EVENTS } from '../../nodes/ApikleyVeo/trigger/settings';
import { NODE } from './support/fakeContext';

const trigger = new ApikleyVeoTrigger();
const { description } = trigger;
const { properties } = description;

test('the trigger has the names that workflows refer to, no input, and a webhook', () => {
	expect(description).toMatchObject({
		name: 'apikleyVeoTrigger',
		displayName: 'Apikley Veo Trigger',
		group: ['trigger'],
		version: [1, 1.1],
		defaults: { name: 'Apikley Veo Trigger' },
		credentials: [{ name: 'apikleyApi', required: true }],
		inputs: [],
		outputs: ['main'],
		webhooks: [{ httpMethod: 'POST', path: 'apikley-veo' }],
	});
	expect(description.usableAsTool).toBeUndefined();
	expect(codex.node).toBe(`n8n-nodes-apikley.${description.name}`);
});

test('the panel tells where to give the address, and has the documented parameters', () => {
	expect(properties.map(({ name, type, default: value }) => [name, type, value])).toEqual([
		['addressNotice', 'notice', ''],
		['events', 'multiOptions', ['succeeded', 'failed']],
		['output', 'options', 'structured'],
		['options', 'collection', {}],
	]);
	expect(properties[0]?.displayName).toContain('callBackUrl');
	const options = properties.at(-1)?.options;
	expect(options).toMatchObject([{ name: 'ignoreRepeats', type: 'boolean', default: true }]);
});

test('the events are the statuses of final tasks', () => {
	const events = properties.find(({ name }) => name === 'events');
	const values = (events?.options as INodePropertyOptions[]).map(({ value }) => value);
	expect(values.sort()).toEqual([...EVENTS].sort());
});

test.each<[INodeParameters, string]>([
	[{ events: ['succeeded', 'failed'] }, 'task succeeded or failed'],
	[{ events: ['failed'] }, 'task failed'],
])('the canvas shows for %j the subtitle "%s"', (parameters, expected) => {
	const own: INode = { ...NODE, type: description.name, parameters };
	const get = () => trigger;
	const nodeTypes = { getByName: get, getByNameAndVersion: get, getKnownTypes: () => ({}) };
	const workflow = new Workflow({ nodes: [own], connections: {}, active: false, nodeTypes });
	const { subtitle = '' } = description;
	expect(workflow.expression.getSimpleParameterValue(own, subtitle, 'internal', {})).toBe(expected);
});

test('there is nothing to register at Apikley when the workflow is activated', async () => {
	const { checkExists, create, delete: remove } = trigger.webhookMethods.default;
	const workflow = { id: '1', name: 'Workflow', active: true };
	const context = { getNode: () => NODE, getWorkflow: () => workflow } as IHookFunctions;
	for (const method of [checkExists, create, remove]) expect(await method.call(context)).toBe(true);
});
