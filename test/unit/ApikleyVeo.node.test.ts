import { NodeHelpers, NodeOperationError, Workflow } from 'n8n-workflow';
import type { INode, INodeParameters, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { ApikleyVeo } from '../../nodes/ApikleyVeo/ApikleyVeo.node';
import { operations, selectedOperation } from '../../nodes/ApikleyVeo/operations';
import { labelOf } from '../../nodes/ApikleyVeo/parameters/labels';
import type { NumberRule } from '../../nodes/ApikleyVeo/parameters/number';
import { OPTION_RULES } from '../../nodes/ApikleyVeo/parameters/options';
import { POLLING_RULES } from '../../nodes/ApikleyVeo/parameters/polling';
import { fakeContext, NODE } from './support/fakeContext';

const node = new ApikleyVeo();
const { description } = node;
const { properties } = description;

function field(name: string): INodeProperties {
	const found = properties.find((each) => each.name === name);
	if (found === undefined) throw new Error(`the panel has no ${name}`);
	return found;
}

/** The fields within a collection. */
const fieldsWithin = (name: string) => (field(name).options ?? []) as INodeProperties[];
const valuesOf = ({ options }: INodeProperties) =>
	((options ?? []) as INodePropertyOptions[]).map(({ value }) => value);

test('the node has the names that workflows refer to, an input, and can be a tool', () => {
	expect(description).toMatchObject({
		name: 'apikleyVeo',
		displayName: 'Apikley Veo',
		version: [1],
		defaults: { name: 'Apikley Veo' },
		credentials: [{ name: 'apikleyApi', required: true }],
		inputs: ['main'],
		usableAsTool: true,
		waitingNodeTooltip: expect.stringMatching(/^The execution is parked until .*close this tab/),
		icon: { light: 'file:apikley.svg', dark: 'file:apikley.dark.svg' },
	});
});

describe('the panel', () => {
	test.each<[string, string, unknown]>([
		['resource', 'options', 'videoTask'],
		['operation', 'options', 'getStatus'],
		['taskId', 'string', ''],
		['downloadVideos', 'boolean', false],
		['downloadSource', 'options', 'resultUrls'],
		['binaryProperty', 'string', 'data'],
		['whileWaiting', 'options', 'keepRunning'],
		['polling', 'collection', {}],
		['failedTask', 'options', 'output'],
		['output', 'options', 'structured'],
		['outputMode', 'options', 'single'],
		['options', 'collection', {}],
	])('has %s: %s, by default %p', (name, type, value) => {
		expect(field(name)).toMatchObject({ type, default: value });
	});

	test('has the labels that messages name its fields by', () => {
		for (const { name, displayName } of properties) expect(labelOf(name)).toBe(displayName);
	});

	test('has each field once, or once for each way to download and for each default', () => {
		const names = properties.map(({ name }) => name);
		const repeated = names.filter((name, index) => names.indexOf(name) !== index);
		expect(repeated).toEqual(['downloadSource', 'binaryProperty', 'failedTask']);
	});

	test('requires the task ID', () => {
		expect(field('taskId').required).toBe(true);
	});

	test.each<[string, string[]]>([
		['resource', ['videoTask']],
		['operation', ['download', 'getStatus', 'waitUntilComplete']],
		['downloadSource', ['resultUrls', 'originUrls']],
		['whileWaiting', ['keepRunning', 'park']],
		['failedTask', ['output', 'error']],
		['output', ['structured', 'raw']],
		['outputMode', ['single', 'byStatus']],
	])('offers for %s the values %j', (name, values) => {
		expect(valuesOf(field(name))).toEqual(values);
	});

	test('offers for On Timeout an error, the default, or output', () => {
		const onTimeout = fieldsWithin('polling').find(({ name }) => name === 'onTimeout')!;
		expect(onTimeout).toMatchObject({ type: 'options', default: 'error' });
		expect(valuesOf(onTimeout)).toEqual(['error', 'output']);
	});

	test.each([
		['polling', [...Object.keys(POLLING_RULES), 'onTimeout']],
		['options', Object.keys(OPTION_RULES)],
	])('has within %s what is read, and nothing else', (name, names) => {
		const within = new Set(fieldsWithin(name).map((each) => each.name));
		expect([...within].sort()).toEqual([...names].sort());
	});

	test.each(['resource', 'operation', 'whileWaiting', 'outputMode'])(
		'allows no expression for %s, which applies to all items',
		(name) => {
			expect(field(name).noDataExpression).toBe(true);
		},
	);
});

const rulesOf = (collection: string, rules: Readonly<Record<string, NumberRule>>) =>
	Object.entries(rules).map(([name, rule]) => [collection, name, rule] as const);

test.each([...rulesOf('polling', POLLING_RULES), ...rulesOf('options', OPTION_RULES)])(
	'%s: %s has the label, the default and the least value of its rule',
	(collection, name, rule) => {
		const number = fieldsWithin(collection).find((each) => each.name === name);
		expect(number).toMatchObject({
			type: 'number',
			displayName: rule.label,
			default: rule.default,
			typeOptions: { minValue: rule.min },
		});
		const precision = number?.typeOptions?.numberPrecision;
		expect(precision).toBe(rule.whole === true ? 0 : undefined);
	},
);

test('the numbers have the defaults that are documented', () => {
	const rules = Object.entries<NumberRule>({ ...POLLING_RULES, ...OPTION_RULES });
	expect(Object.fromEntries(rules.map(([name, rule]) => [name, rule.default]))).toEqual({
		initialDelay: 0,
		interval: 10,
		backoffFactor: 1,
		maxInterval: 60,
		timeout: 900,
		parkAfter: 60,
		maxConcurrency: 10,
		requestsPerSecond: 0,
		requestTimeout: 30,
		maxRetries: 5,
		maxDownloadSize: 2048,
	});
});

describe('the panel shows', () => {
	const isShown = (each: INodeProperties, values: INodeParameters, root?: INodeParameters) =>
		NodeHelpers.displayParameter(values, each, { typeVersion: 1 }, description, root);
	const first = ['resource', 'operation', 'taskId'];
	const last = ['failedTask', 'output', 'outputMode', 'options'];
	const byStatus = { outputMode: 'byStatus' };
	const files = ['downloadSource', 'binaryProperty'];
	const waits = ['whileWaiting', 'polling'];

	test.each<[INodeParameters, string[], boolean]>([
		[{ operation: 'getStatus' }, [...first, ...last], false],
		[{ operation: 'waitUntilComplete' }, [...first, 'downloadVideos', ...waits, ...last], false],
		[
			{ operation: 'waitUntilComplete', downloadVideos: true },
			[...first, 'downloadVideos', ...files, ...waits, ...last],
			true,
		],
		[{ operation: 'download' }, [...first, ...files, ...last], true],
		[{ operation: 'download', downloadVideos: false }, [...first, ...files, ...last], true],
		[{ operation: 'getStatus', ...byStatus }, [...first, ...last.slice(1)], false],
		[{ operation: 'download', ...byStatus }, [...first, ...files, ...last.slice(1)], true],
	])('for %j the fields %j (Max Download Size: %p)', (parameters, expected, hasMaxSize) => {
		const values = { resource: 'videoTask', outputMode: 'single', ...parameters };
		const shown = properties.filter((each) => isShown(each, values));
		expect(shown.map(({ name }) => name)).toEqual(expected);
		const maxSizes = fieldsWithin('options').filter(
			(each) => each.name === 'maxDownloadSize' && isShown(each, {}, values),
		);
		expect(maxSizes).toHaveLength(hasMaxSize ? 1 : 0);
	});

	test.each(operations.map(({ option, onTaskFailed }) => [option.value, onTaskFailed]))(
		'for %s the default %s of If a Task Failed',
		(operation, value) => {
			const values = { resource: 'videoTask', outputMode: 'single', operation };
			const shown = properties.filter((each) => isShown(each, values));
			expect(shown.find(({ name }) => name === 'failedTask')?.default).toBe(value);
			expect(value).toBe(operation === 'download' ? 'error' : 'output');
		},
	);

	test('Park After only if waits are parked', () => {
		const parkAfter = fieldsWithin('polling').find(({ name }) => name === 'parkAfter')!;
		expect(isShown(parkAfter, {}, { whileWaiting: 'park' })).toBe(true);
		expect(isShown(parkAfter, {}, { whileWaiting: 'keepRunning' })).toBe(false);
	});

	describe('as a tool', () => {
		const asTool = { ...description, name: `${description.name}Tool` };
		/** What n8n keeps of a saved node, with all defaults. */
		const kept = (parameters: INodeParameters) => {
			const tool = { typeVersion: 1 };
			return NodeHelpers.getNodeParameters(properties, parameters, true, false, tool, asTool) ?? {};
		};
		const common = ['resource', 'operation', 'taskId', 'failedTask', 'output', 'options'];

		test.each<[string, string[]]>([
			['getStatus', common],
			['download', common],
			['waitUntilComplete', [...common, 'polling']],
		])('for %s only what has a use there', (operation, names) => {
			const parked = { whileWaiting: 'park', polling: { parkAfter: 5, timeout: 7 } };
			const downloading = { downloadVideos: true, options: { maxDownloadSize: 5 } };
			const saved = { operation, ...parked, ...downloading };
			const parameters = kept(saved);
			expect(Object.keys(parameters).sort()).toEqual([...names].sort());
			expect(parameters.options).toEqual({});
			if ('polling' in parameters) expect(parameters.polling).toEqual({ timeout: 7 });
			expect(kept({ operation, outputMode: 'byStatus' })).not.toHaveProperty('outputMode');
		});
	});
});

describe('an operation', () => {
	test.each(operations.map(({ option }) => [option.name, option]))(
		'(%s) has an action and a description',
		(_, { action, description: text }) => {
			expect(action).toMatch(/video task/);
			expect(text).toMatch(/^Check a task/);
		},
	);

	test.each(operations.map((operation) => [operation.option.value, operation]))(
		'is selected by its value %s',
		(value, operation) => {
			const { context } = fakeContext({ parameters: { operation: value } });
			expect(selectedOperation(context)).toBe(operation);
		},
	);

	test('that is unknown is an error', () => {
		const { context } = fakeContext({ parameters: { operation: 'other' } });
		expect(() => selectedOperation(context)).toThrow(NodeOperationError);
	});
});

describe('the canvas', () => {
	function workflowWith(parameters: INodeParameters): { workflow: Workflow; own: INode } {
		const own = { ...NODE, parameters };
		const get = () => node;
		const nodeTypes = { getByName: get, getByNameAndVersion: get, getKnownTypes: () => ({}) };
		const workflow = new Workflow({ nodes: [own], connections: {}, active: false, nodeTypes });
		return { workflow, own };
	}

	test.each<[INodeParameters, unknown[]]>([
		[{}, ['main']],
		[{ outputMode: 'single' }, ['main']],
		[
			{ outputMode: 'byStatus' },
			[
				['main', 'Succeeded'],
				['main', 'Failed'],
				['main', 'Pending'],
			],
		],
	])('shows for %j the outputs %j', (parameters, expected) => {
		const { workflow, own } = workflowWith(parameters);
		const outputs = NodeHelpers.getNodeOutputs(workflow, own, description).map((output) =>
			typeof output === 'string' ? output : [output.type, output.displayName],
		);
		expect(outputs).toEqual(expected);
	});

	test.each(operations.map(({ option }) => [option.value, option.name]))(
		'shows for %s the subtitle "%s"',
		(operation, name) => {
			const { workflow, own } = workflowWith({ operation });
			const { subtitle = '' } = description;
			expect(workflow.expression.getSimpleParameterValue(own, subtitle, 'internal', {})).toBe(name);
		},
	);
});
