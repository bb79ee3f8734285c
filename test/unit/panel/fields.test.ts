import { NodeHelpers } from 'n8n-workflow';
import type { INodeParameters, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { ApikleyVeo } from '../../../nodes/ApikleyVeo/ApikleyVeo.node';
import { fields } from '../../../nodes/ApikleyVeo/panel/fields';
import { OPTION_RULES, POLLING_RULES } from '../../../nodes/ApikleyVeo/settings/settings';
import type { NumberRule } from '../../../nodes/ApikleyVeo/settings/numbers';

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
	const { description } = new ApikleyVeo();
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
		['failedTask', 'options', 'output'],
		['output', 'options', 'structured'],
		['outputMode', 'options', 'single'],
		['options', 'collection', {}],
	])('%s: %s, by default %p', (name, type, value) => {
		expect(field(name)).toMatchObject({ type, default: value });
	});

	test('each name is there once', () => {
		const names = fields.map(({ name }) => name);
		expect(new Set(names).size).toBe(names.length);
	});

	test('the task ID is required', () => {
		expect(field('taskId').required).toBe(true);
	});

	test.each<[string, string[]]>([
		['resource', ['videoTask']],
		['operation', ['getStatus', 'waitUntilComplete']],
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
		expect(
			within(name)
				.map((each) => each.name)
				.sort(),
		).toEqual([...names].sort());
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
			typeOptions: { minValue: rule.least },
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
		const withPolling = [...ofAll.slice(0, 3), 'whileWaiting', 'polling', ...ofAll.slice(3)];
		expect(shown({ operation: 'waitUntilComplete' })).toEqual(withPolling);
	});

	test('Park After only where waits are parked', () => {
		const parkAfter = within('polling').find(({ name }) => name === 'parkAfter');
		expect(parkAfter?.displayOptions).toEqual({ show: { '/whileWaiting': ['park'] } });
		expect(parkAfter?.description).toMatch(/at least 65 seconds/);
	});

	test('nothing of what is not there yet', () => {
		const panel = JSON.stringify(fields);
		expect(panel).not.toMatch(/download|binary|originUrls/i);
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
