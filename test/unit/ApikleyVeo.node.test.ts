import { NodeHelpers, NodeOperationError, Workflow } from 'n8n-workflow';
import type { INode, INodeParameters, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { ApikleyVeo } from '../../nodes/ApikleyVeo/ApikleyVeo.node';
import { operations, selectedOperation } from '../../nodes/ApikleyVeo/operations';
import { GENERATION_RULES } from '../../nodes/ApikleyVeo/parameters/generationOptions';
import { labelOf } from '../../nodes/ApikleyVeo/parameters/labels';
import type { NumberRule } from '../../nodes/ApikleyVeo/parameters/number';
import { OPTION_RULES } from '../../nodes/ApikleyVeo/parameters/options';
import { POLLING_RULES, UPGRADE_POLLING_RULES } from '../../nodes/ApikleyVeo/parameters/polling';
import { IMAGE_COUNTS } from '../../nodes/ApikleyVeo/veo/api/endpoints/generate';
import { fakeContext, NODE } from './support/fakeContext';

const node = new ApikleyVeo();
const { description } = node;
const { properties } = description;

/** The fields of a name: the panel has one for each set of conditions, text or default. */
function fieldsNamed(name: string): INodeProperties[] {
	const found = properties.filter((each) => each.name === name);
	if (found.length === 0) throw new Error(`the panel has no ${name}`);
	return found;
}

const field = (name: string) => fieldsNamed(name)[0]!;

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
		['taskId', 'string', ''],
		['videoIndex', 'number', 0],
		['prompt', 'string', ''],
		['generationType', 'options', 'TEXT_2_VIDEO'],
		['imageSource', 'options', 'url'],
		['imageUrls', 'string', ''],
		['imageFields', 'string', 'data'],
		['model', 'options', 'veo3_fast'],
		['aspectRatio', 'options', '16:9'],
		['generationOptions', 'collection', {}],
		['downloadSource', 'options', 'resultUrls'],
		['binaryProperty', 'string', 'data'],
		['waitForCompletion', 'boolean', true],
		['whileWaiting', 'options', 'keepRunning'],
		['polling', 'collection', {}],
		['output', 'options', 'structured'],
		['outputMode', 'options', 'single'],
		['options', 'collection', {}],
	])('has %s: %s, by default %p', (name, type, value) => {
		for (const each of fieldsNamed(name)) expect(each).toMatchObject({ type, default: value });
	});

	test.each(['taskId', 'prompt', 'imageUrls', 'imageFields'])('requires %s', (name) => {
		for (const each of fieldsNamed(name)) expect(each.required).toBe(true);
	});

	test('has the labels that messages name its fields by', () => {
		const labeled = properties.filter(({ type }) => type !== 'notice');
		for (const { name, displayName } of labeled) expect(labelOf(name)).toBe(displayName);
	});

	test('has a prompt of four rows', () => {
		for (const each of fieldsNamed('prompt')) expect(each.typeOptions).toEqual({ rows: 4 });
	});

	test.each<[string, string[]]>([
		['resource', ['video', 'videoTask', 'account']],
		['generationType', Object.keys(IMAGE_COUNTS)],
		['imageSource', ['url', 'binary']],
		['model', ['veo3_fast', 'veo3']],
		['aspectRatio', ['16:9', '9:16', 'Auto']],
		['downloadSource', ['resultUrls', 'originUrls']],
		['whileWaiting', ['keepRunning', 'park']],
		['failedTask', ['output', 'error']],
		['output', ['structured', 'raw']],
		['outputMode', ['single', 'byStatus']],
	])('offers for %s the values %j', (name, values) => {
		for (const each of fieldsNamed(name)) expect(valuesOf(each)).toEqual(values);
	});

	test('offers for On Timeout an error, the default, or output', () => {
		const onTimeout = fieldsWithin('polling').find(({ name }) => name === 'onTimeout')!;
		expect(onTimeout).toMatchObject({ type: 'options', default: 'error' });
		expect(valuesOf(onTimeout)).toEqual(['error', 'output']);
	});

	test.each([
		['polling', [...Object.keys(POLLING_RULES), 'onTimeout', 'wakeOnCallback']],
		['options', Object.keys(OPTION_RULES)],
		[
			'generationOptions',
			[
				...Object.keys(GENERATION_RULES),
				'watermark',
				'enableTranslation',
				'callBackUrl',
				'additionalFields',
			],
		],
	])('has within %s what is read, and nothing else', (name, names) => {
		for (const each of fieldsNamed(name)) {
			const within = new Set(
				((each.options ?? []) as INodeProperties[]).map((option) => option.name),
			);
			expect([...within].sort()).toEqual([...names].sort());
		}
	});

	test.each(['resource', 'operation', 'whileWaiting', 'outputMode'])(
		'allows no expression for %s, which applies to all items',
		(name) => {
			for (const each of fieldsNamed(name)) expect(each.noDataExpression).toBe(true);
		},
	);
});

const without = (names: readonly string[], omitted: readonly string[]) =>
	names.filter((name) => !omitted.includes(name));

const rulesOf = (collection: string, rules: Readonly<Record<string, NumberRule>>) =>
	Object.entries(rules).map(([name, rule]) => [collection, name, rule] as const);

test.each([
	...rulesOf('polling', POLLING_RULES),
	...rulesOf('options', OPTION_RULES),
	...rulesOf('generationOptions', GENERATION_RULES),
])(
	'%s: %s has the label, the default and the least value of its rule',
	(collection, name, rule) => {
		const number = fieldsWithin(collection).find((each) => each.name === name);
		expect(number).toMatchObject({
			type: 'number',
			displayName: rule.label,
			default: rule.default,
			typeOptions: { minValue: rule.min, ...(rule.max !== undefined && { maxValue: rule.max }) },
		});
		const precision = number?.typeOptions?.numberPrecision;
		expect(precision).toBe(rule.whole === true ? 0 : undefined);
	},
);

test('the numbers have the defaults that are documented', () => {
	const rules = Object.entries<NumberRule>({
		...POLLING_RULES,
		...OPTION_RULES,
		...GENERATION_RULES,
	});
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
		seeds: 10000,
		maxVideos: 100,
	});
	expect(UPGRADE_POLLING_RULES).toMatchObject({
		interval: { default: 20 },
		timeout: { default: 600 },
	});
});

describe('the panel shows', () => {
	const isShown = (each: INodeProperties, values: INodeParameters, root?: INodeParameters) =>
		NodeHelpers.displayParameter(values, each, { typeVersion: 1 }, description, root);
	/** The values with the defaults of what the panel shows for them, as in a saved workflow. */
	const complete = (parameters: INodeParameters, asTool = false) => {
		const type = asTool ? { ...description, name: `${description.name}Tool` } : description;
		const versioned = { typeVersion: 1 };
		return (
			NodeHelpers.getNodeParameters(properties, parameters, true, false, versioned, type) ?? {}
		);
	};
	const shownFor = (parameters: INodeParameters) => {
		const values = complete(parameters);
		return properties.filter((each) => isShown(each, values));
	};
	/** The fields of a collection that can be added. */
	const addable = (parameters: INodeParameters, name: string) => {
		const collection = shownFor(parameters).find((each) => each.name === name);
		const within = (collection?.options ?? []) as INodeProperties[];
		return within
			.filter((each) => isShown(each, {}, complete(parameters)))
			.map((each) => each.name);
	};

	const generate = { resource: 'video', operation: 'generate' };
	const extend = { resource: 'video', operation: 'extend' };
	const get1080p = { resource: 'video', operation: 'get1080p' };
	const getStatus = { operation: 'getStatus' };
	const waitUntilComplete = { operation: 'waitUntilComplete' };
	const download = { operation: 'download' };
	const getCredits = { resource: 'account', operation: 'getCredits' };
	const byStatus = { outputMode: 'byStatus' };
	const frames = { generationType: 'FIRST_AND_LAST_FRAMES_2_VIDEO' };
	const references = { generationType: 'REFERENCE_2_VIDEO' };
	const notWaiting = { waitForCompletion: false };

	const first = ['resource', 'operation'];
	const files = ['downloadSource', 'binaryProperty'];
	const wait = ['whileWaiting', 'polling'];
	const outputs = ['output', 'outputMode', 'options'];
	const last = ['failedTask', ...outputs];
	const made = ['downloadVideos', ...files, 'waitForCompletion', ...wait, ...last];
	const video = ['model', 'aspectRatio', 'generationOptions'];

	test.each<[INodeParameters, string[]]>([
		[generate, ['prompt', 'generationType', ...video, ...made]],
		[
			{ ...generate, ...frames },
			['prompt', 'generationType', 'imageSource', 'imageUrls', ...video, ...made],
		],
		[
			{ ...generate, ...frames, imageSource: 'binary' },
			['prompt', 'generationType', 'imageSource', 'imageFields', ...video, ...made],
		],
		[
			{ ...generate, ...references, model: 'veo3', aspectRatio: '9:16' },
			[
				...['prompt', 'generationType', 'imageSource', 'imageUrls', 'model'],
				...['referenceModelNotice', 'aspectRatio', 'referenceRatioNotice', 'generationOptions'],
				...made,
			],
		],
		[
			{ ...generate, downloadVideos: false },
			without(['prompt', 'generationType', ...video, ...made], files),
		],
		[
			{ ...generate, ...notWaiting },
			['prompt', 'generationType', ...video, 'waitForCompletion', ...outputs],
		],
		[extend, ['taskId', 'prompt', 'generationOptions', ...made]],
		[
			get1080p,
			[
				...['upgradeNotice', 'taskId', 'videoIndex', 'downloadVideos', 'binaryProperty'],
				...['waitForCompletion', ...wait, 'outputMode', 'options'],
			],
		],
		[
			{ ...get1080p, ...notWaiting },
			[
				...['upgradeNotice', 'taskId', 'videoIndex', 'downloadVideos', 'binaryProperty'],
				...['waitForCompletion', 'outputMode', 'options'],
			],
		],
		[getStatus, ['taskId', ...last]],
		[waitUntilComplete, ['taskId', 'downloadVideos', ...wait, ...last]],
		[
			{ ...waitUntilComplete, downloadVideos: true },
			['taskId', 'downloadVideos', ...files, ...wait, ...last],
		],
		[download, ['taskId', ...files, ...last]],
		// Left over from other operations
		[{ ...download, downloadVideos: false }, ['taskId', ...files, ...last]],
		[{ ...waitUntilComplete, ...notWaiting }, ['taskId', 'downloadVideos', ...wait, ...last]],
		[getCredits, ['options']],
		[{ ...getCredits, ...byStatus, ...notWaiting }, ['options']],
		[{ ...getStatus, ...byStatus }, ['taskId', ...outputs]],
		[{ ...download, ...byStatus }, ['taskId', ...files, ...outputs]],
		[
			{ ...extend, ...byStatus },
			without(['taskId', 'prompt', 'generationOptions', ...made], ['failedTask']),
		],
	])('for %j the fields %j', (parameters, expected) => {
		expect(shownFor(parameters).map(({ name }) => name)).toEqual([...first, ...expected]);
	});

	test.each<[INodeParameters, string, unknown]>([
		[{ resource: 'video' }, 'operation', 'generate'],
		[{}, 'operation', 'getStatus'],
		[{ resource: 'account' }, 'operation', 'getCredits'],
		[generate, 'failedTask', 'error'],
		[extend, 'failedTask', 'error'],
		[download, 'failedTask', 'error'],
		[getStatus, 'failedTask', 'output'],
		[waitUntilComplete, 'failedTask', 'output'],
		[generate, 'downloadVideos', true],
		[extend, 'downloadVideos', true],
		[get1080p, 'downloadVideos', true],
		[waitUntilComplete, 'downloadVideos', false],
	])('for %j the %s %p by default', (parameters, name, value) => {
		expect(shownFor(parameters).find((each) => each.name === name)?.default).toBe(value);
	});

	test.each<[INodeParameters, number, number]>([
		[generate, 10, 900],
		[extend, 10, 900],
		[get1080p, 20, 600],
		[waitUntilComplete, 10, 900],
	])('for %j the interval %p and the timeout %p', (parameters, interval, timeout) => {
		const polling = shownFor(parameters).find(({ name }) => name === 'polling');
		const defaults = (polling?.options as INodeProperties[]).map((each) => [
			each.name,
			each.default,
		]);
		expect(Object.fromEntries(defaults)).toMatchObject({ interval, timeout });
	});

	test.each<[INodeParameters, number]>([
		[generate, 1],
		[{ ...generate, downloadVideos: false }, 0],
		[{ ...generate, ...notWaiting }, 0],
		[get1080p, 1],
		[getStatus, 0],
		[waitUntilComplete, 0],
		[{ ...waitUntilComplete, downloadVideos: true }, 1],
		[download, 1],
	])('for %j Max Download Size %p times', (parameters, count) => {
		const sizes = addable(parameters, 'options').filter((name) => name === 'maxDownloadSize');
		expect(sizes).toHaveLength(count);
	});

	test.each<[INodeParameters, string[]]>([
		[getCredits, ['maxRetries', 'requestTimeout']],
		[getStatus, ['maxConcurrency', 'maxRetries', 'requestTimeout', 'requestsPerSecond']],
	])('for %j the options %j', (parameters, expected) => {
		expect(addable(parameters, 'options')).toEqual(expected);
	});

	// An execution that has created tasks is parked at once, and only a creation can have the API wake it
	test.each<[INodeParameters, string]>([
		[waitUntilComplete, 'parkAfter'],
		[get1080p, 'parkAfter'],
		[generate, 'wakeOnCallback'],
		[extend, 'wakeOnCallback'],
	])('for %j %s, and only if waits are parked', (parameters, expected) => {
		const offered = (whileWaiting: string) =>
			addable({ ...parameters, whileWaiting }, 'polling').filter((name) =>
				['parkAfter', 'wakeOnCallback'].includes(name),
			);
		expect(offered('park')).toEqual([expected]);
		expect(offered('keepRunning')).toEqual([]);
	});

	test.each<[INodeParameters, boolean]>([
		[generate, true],
		[extend, true],
		[waitUntilComplete, false],
		[get1080p, false],
	])('for %j Wake on Callback: %p, and only if waits are parked', (parameters, expected) => {
		const offers = (whileWaiting: string) =>
			addable({ ...parameters, whileWaiting }, 'polling').includes('wakeOnCallback');
		expect(offers('park')).toBe(expected);
		expect(offers('keepRunning')).toBe(false);
	});

	test('Translate Prompt to English only where the API has it', () => {
		expect(addable(generate, 'generationOptions')).toContain('enableTranslation');
		expect(addable(extend, 'generationOptions')).not.toContain('enableTranslation');
	});

	describe('as a tool', () => {
		const common = ['resource', 'operation', 'failedTask', 'output', 'options'];
		const task = [...common, 'taskId'];
		const creation = [...common, 'prompt', 'generationOptions', 'waitForCompletion', 'polling'];
		const generation = [...creation, 'generationType', 'model', 'aspectRatio'];

		test.each<[INodeParameters, string[]]>([
			[getStatus, task],
			[download, task],
			[waitUntilComplete, [...task, 'polling']],
			[generate, generation],
			[{ ...generate, ...frames }, [...generation, 'imageUrls']],
			[extend, [...creation, 'taskId']],
			[
				get1080p,
				[
					'resource',
					'operation',
					'taskId',
					'videoIndex',
					'waitForCompletion',
					'polling',
					'options',
				],
			],
			[getCredits, ['resource', 'operation', 'options']],
		])('for %j only what has a use there', (operation, names) => {
			const polling = { parkAfter: 5, wakeOnCallback: false, timeout: 7 };
			const parked = { whileWaiting: 'park', polling };
			const options = { maxDownloadSize: 5, maxConcurrency: 3, maxRetries: 2 };
			const downloading = { downloadVideos: true, options };
			const parameters = complete({ ...operation, ...parked, ...downloading }, true);
			const kept = Object.keys(parameters).filter((name) => !name.endsWith('Notice'));
			expect(kept.sort()).toEqual([...names].sort());
			expect(parameters.options).toEqual({ maxRetries: 2 });
			if ('polling' in parameters) expect(parameters.polling).toEqual({ timeout: 7 });
			expect(complete({ ...operation, ...byStatus }, true)).not.toHaveProperty('outputMode');
		});

		const isTool = { ...description, name: `${description.name}Tool` };
		const namesShown = (parameters: INodeParameters) => {
			const values = complete(parameters, true);
			const isOffered = (each: INodeProperties) =>
				NodeHelpers.displayParameter(values, each, { typeVersion: 1 }, isTool);
			return properties.filter(isOffered).map(({ name }) => name);
		};

		test.each([getStatus, waitUntilComplete, generate, extend])(
			'for %j If a Task Failed, once and with its value, also if Outputs is left over',
			(operation) => {
				const parameters = { ...operation, ...byStatus, failedTask: 'error' };
				expect(namesShown(parameters).filter((name) => name === 'failedTask')).toHaveLength(1);
				expect(complete(parameters, true)).toHaveProperty('failedTask', 'error');
			},
		);

		test('the addresses of images, also if Image Source is left over', () => {
			const parameters = {
				...generate,
				...frames,
				imageSource: 'binary',
				imageUrls: 'https://a/1',
			};
			expect(namesShown(parameters)).toContain('imageUrls');
			expect(complete(parameters, true)).toMatchObject({ imageUrls: 'https://a/1' });
		});

		test('all operations except Download', () => {
			const hidden = operations.filter(
				({ option }) =>
					!NodeHelpers.displayParameter({}, option as never, { typeVersion: 1 }, isTool),
			);
			expect(hidden.map(({ option }) => option.value)).toEqual(['download']);
		});
	});
});

describe('an operation', () => {
	test('to generate a video is the first', () => {
		expect(operations[0]?.option.action).toBe('Generate a video');
	});

	test.each(operations.map(({ option, resource }) => [option.value, resource]))(
		'(%s) is offered for the resource %s',
		(operation, resource) => {
			const offering = fieldsNamed('operation').filter((each) =>
				valuesOf(each).includes(operation),
			);
			expect(offering.map(({ displayOptions }) => displayOptions?.show?.resource)).toEqual([
				[resource],
			]);
		},
	);

	test('has an action of its own, and a description', () => {
		const actions = operations.map(({ option }) => option.action);
		expect(new Set(actions).size).toBe(operations.length);
		for (const { option } of operations) {
			expect(option.action).toMatch(/^[A-Z]/);
			expect(option.description).toMatch(/^[A-Z]/);
		}
	});

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
		expect(() => selectedOperation(context)).toThrow(
			expect.objectContaining({
				message: expect.stringContaining('other') as string,
				description: expect.stringContaining('Choose') as string,
			}),
		);
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
		// Left over from another operation
		[{ operation: 'getCredits', outputMode: 'byStatus' }, ['main']],
		...['getStatus', 'waitUntilComplete', 'download', 'generate', 'extend', 'get1080p'].map(
			(operation): [INodeParameters, unknown[]] => [
				{ operation, outputMode: 'byStatus' },
				['Succeeded', 'Failed', 'Pending'].map((name) => ['main', name]),
			],
		),
	])('shows for %j the outputs %j', (parameters, expected) => {
		const { workflow, own } = workflowWith(parameters);
		const outputs = NodeHelpers.getNodeOutputs(workflow, own, description).map((output) =>
			typeof output === 'string' ? output : [output.type, output.displayName],
		);
		expect(outputs).toEqual(expected);
	});

	test.each([
		['generate', 'Generate'],
		['extend', 'Extend'],
		['get1080p', 'Get 1080p'],
		['getStatus', 'Get Status'],
		['waitUntilComplete', 'Wait Until Complete'],
		['download', 'Download'],
		['getCredits', 'Get Credits'],
	])('shows for %s the subtitle "%s"', (operation, name) => {
		const { workflow, own } = workflowWith({ operation });
		const { subtitle = '' } = description;
		expect(workflow.expression.getSimpleParameterValue(own, subtitle, 'internal', {})).toBe(name);
	});
});
