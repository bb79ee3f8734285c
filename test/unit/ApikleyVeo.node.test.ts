import { NodeHelpers, Workflow } from 'n8n-workflow';
import type { INode, INodeParameters, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { ApikleyVeo } from '../../nodes/ApikleyVeo/ApikleyVeo.node';
import { fields } from '../../nodes/ApikleyVeo/description/properties';
import { OPTION_RULES, POLLING_RULES } from '../../nodes/ApikleyVeo/parameters/options';
import type { NumberRule } from '../../nodes/ApikleyVeo/parameters/number';
import { NODE } from './support/fakeContext';

const node = new ApikleyVeo();
const { description } = node;

test('the names that workflows refer to', () => {
	expect(description).toMatchObject({
		name: 'apikleyVeo',
		displayName: 'Apikley Veo',
		version: [1],
		defaults: { name: 'Apikley Veo' },
		credentials: [{ name: 'apikleyApi', required: true }],
	});
});

test('one input, an icon for light and dark, and it can be a tool of an AI agent', () => {
	expect(description).toMatchObject({
		inputs: ['main'],
		usableAsTool: true,
		icon: { light: 'file:apikley.svg', dark: 'file:apikley.dark.svg' },
	});
});

test('the panel is all there', () => {
	expect(description.properties).toBe(fields);
});

test('the line below its name knows every operation', () => {
	const operations = fields.find(({ name }) => name === 'operation')?.options ?? [];
	for (const { value } of operations as INodePropertyOptions[]) {
		expect(description.subtitle).toContain(`${String(value)}:`);
	}
});

function field(name: string): INodeProperties {
	const found = fields.find((each) => each.name === name);
	if (found === undefined) throw new Error(`the panel has no ${name}`);
	return found;
}

/** The fields within a collection, or the choices of an option field. */
const within = (name: string) => (field(name).options ?? []) as INodeProperties[];
const choices = (options: unknown) =>
	((options ?? []) as INodePropertyOptions[]).map(({ value }) => value).sort();

/** Names of the fields that the panel shows. */
function shown(parameters: INodeParameters): string[] {
	const values = { resource: 'videoTask', ...parameters };
	return fields
		.filter((each) => NodeHelpers.displayParameter(values, each, { typeVersion: 1 }, description))
		.map(({ name }) => name);
}

describe("the contract's parameters", () => {
	test.each<[string, string, unknown]>([
		['resource', 'options', 'videoTask'],
		['operation', 'options', 'getStatus'],
		['taskId', 'string', ''],
		['whileWaiting', 'options', 'keepRunning'],
		['polling', 'collection', {}],
		['downloadVideos', 'boolean', false],
		['downloadSource', 'options', 'resultUrls'],
		['binaryProperty', 'string', 'data'],
		['failedTask', 'options', 'output'],
		['output', 'options', 'structured'],
		['outputMode', 'options', 'single'],
		['options', 'collection', {}],
	])('%s: %s, by default %p', (name, type, value) => {
		expect(field(name)).toMatchObject({ type, default: value });
	});

	test('each name is there once, or once for each way to download', () => {
		const names = fields.map(({ name }) => name);
		const twice = names.filter((name, index) => names.indexOf(name) !== index);
		expect(twice).toEqual(['downloadSource', 'binaryProperty']);
	});

	test('the task ID is required', () => {
		expect(field('taskId').required).toBe(true);
	});

	test.each<[string, string[]]>([
		['resource', ['videoTask']],
		['operation', ['download', 'getStatus', 'waitUntilComplete']],
		['downloadSource', ['originUrls', 'resultUrls']],
		['whileWaiting', ['keepRunning', 'park']],
		['failedTask', ['error', 'output']],
		['output', ['raw', 'structured']],
		['outputMode', ['byStatus', 'single']],
	])('%s can be %p', (name, values) => {
		expect(choices(field(name).options)).toEqual(values);
	});

	test('onTimeout is error by default, or output', () => {
		const onTimeout = within('polling').find(({ name }) => name === 'onTimeout');
		expect(onTimeout).toMatchObject({ type: 'options', default: 'error' });
		expect(choices(onTimeout?.options)).toEqual(['error', 'output']);
	});

	test.each([
		['polling', [...Object.keys(POLLING_RULES), 'onTimeout']],
		['options', Object.keys(OPTION_RULES)],
	])('%s holds what is read of it, and nothing else', (name, names) => {
		const held = new Set(within(name).map((each) => each.name));
		expect([...held].sort()).toEqual([...names].sort());
	});
});

const numbers = [
	...Object.entries<NumberRule>(POLLING_RULES).map(
		([name, rule]) => ['polling', name, rule] as const,
	),
	...Object.entries<NumberRule>(OPTION_RULES).map(
		([name, rule]) => ['options', name, rule] as const,
	),
];

describe.each(numbers)('%s: %s', (collection, name, rule) => {
	const number = within(collection).find((each) => each.name === name);

	test('has the default and the least value of its rule, and is called the same', () => {
		expect(number).toMatchObject({
			type: 'number',
			displayName: rule.label,
			default: rule.default,
			typeOptions: { minValue: rule.min },
		});
	});

	test('takes decimals unless it must be whole', () => {
		const precision = number?.typeOptions?.numberPrecision;
		expect(precision).toBe(rule.whole === true ? 0 : undefined);
	});
});

describe('what is shown', () => {
	const ofAll = [
		'resource',
		'operation',
		'taskId',
		'failedTask',
		'output',
		'outputMode',
		'options',
	];

	test('Get Status has no polling', () => {
		expect(shown({ operation: 'getStatus' })).toEqual(ofAll);
	});

	test('Wait Until Complete has', () => {
		const ofWaits = ['whileWaiting', 'polling', 'downloadVideos'];
		const withPolling = [...ofAll.slice(0, 3), ...ofWaits, ...ofAll.slice(3)];
		expect(shown({ operation: 'waitUntilComplete' })).toEqual(withPolling);
	});

	test('Download has what it downloads, and where to', () => {
		const withDownload = [
			...ofAll.slice(0, 3),
			'downloadSource',
			'binaryProperty',
			...ofAll.slice(3),
		];
		expect(shown({ operation: 'download' })).toEqual(withDownload);
		expect(shown({ operation: 'download', downloadVideos: false })).toEqual(withDownload);
	});

	test('Wait Until Complete has it as well, once it is to download', () => {
		expect(shown({ operation: 'waitUntilComplete', downloadVideos: true })).toEqual([
			...ofAll.slice(0, 3),
			'whileWaiting',
			'polling',
			'downloadVideos',
			'downloadSource',
			'binaryProperty',
			...ofAll.slice(3),
		]);
	});

	test.each<[INodeParameters, boolean]>([
		[{ operation: 'getStatus' }, false],
		[{ operation: 'waitUntilComplete' }, false],
		[{ operation: 'waitUntilComplete', downloadVideos: true }, true],
		[{ operation: 'download' }, true],
	])('Max Download Size with %p: %p', (parameters, expected) => {
		const root = { resource: 'videoTask', ...parameters };
		const offered = within('options')
			.filter(({ name }) => name === 'maxDownloadSize')
			.filter((each) =>
				NodeHelpers.displayParameter({}, each, { typeVersion: 1 }, description, root),
			);
		expect(offered).toHaveLength(expected ? 1 : 0);
	});

	test('Park After only where waits are parked', () => {
		const parkAfter = within('polling').find(({ name }) => name === 'parkAfter');
		expect(parkAfter?.displayOptions).toEqual({ show: { '/whileWaiting': ['park'] } });
		expect(parkAfter?.description).toMatch(/at least 65 seconds/);
	});
});

test('what holds for all items cannot hang on one of them', () => {
	for (const name of ['resource', 'operation', 'whileWaiting', 'outputMode']) {
		expect(field(name).noDataExpression).toBe(true);
	}
});

test('each operation says what it does in a list of actions', () => {
	for (const { action, description } of field('operation').options as INodePropertyOptions[]) {
		expect(action).toMatch(/video task/);
		expect(description).toMatch(/^Look up/);
	}
});

function workflowWith(parameters: INodeParameters): { workflow: Workflow; own: INode } {
	const own = { ...NODE, parameters };
	const get = () => node;
	const nodeTypes = { getByName: get, getByNameAndVersion: get, getKnownTypes: () => ({}) };
	const workflow = new Workflow({ nodes: [own], connections: {}, active: false, nodeTypes });
	return { workflow, own };
}

function outputsOf(parameters: INodeParameters) {
	const { workflow, own } = workflowWith(parameters);
	return NodeHelpers.getNodeOutputs(workflow, own, description).map((output) =>
		typeof output === 'string' ? output : [output.type, output.displayName],
	);
}

describe('outputs on the canvas', () => {
	test.each<[string, INodeParameters]>([
		['left alone', {}],
		['single', { outputMode: 'single' }],
	])('%s: one', (_, parameters) => {
		expect(outputsOf(parameters)).toEqual(['main']);
	});

	test('by status: three, with their names', () => {
		expect(outputsOf({ outputMode: 'byStatus' })).toEqual([
			['main', 'Succeeded'],
			['main', 'Failed'],
			['main', 'Still Generating'],
		]);
	});
});

test.each([
	['download', 'Download'],
	['getStatus', 'Get status'],
	['waitUntilComplete', 'Wait until complete'],
])('below the name of the node: %s reads "%s"', (operation, text) => {
	const { workflow, own } = workflowWith({ operation });
	const { subtitle = '' } = description;
	expect(workflow.expression.getSimpleParameterValue(own, subtitle, 'internal', {})).toBe(text);
});
