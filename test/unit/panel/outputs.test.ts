import { NodeHelpers, Workflow } from 'n8n-workflow';
import type { INode, INodeParameters } from 'n8n-workflow';

import { ApikleyVeo } from '../../../nodes/ApikleyVeo/ApikleyVeo.node';
import { NODE } from '../support/fakeContext';

const type = new ApikleyVeo();

function workflowWith(parameters: INodeParameters): { workflow: Workflow; node: INode } {
	const node = { ...NODE, parameters };
	const get = () => type;
	const nodeTypes = { getByName: get, getByNameAndVersion: get, getKnownTypes: () => ({}) };
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	return { workflow, node };
}

function outputsOf(parameters: INodeParameters) {
	const { workflow, node } = workflowWith(parameters);
	return NodeHelpers.getNodeOutputs(workflow, node, type.description).map((output) =>
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
	['getStatus', 'Get status'],
	['waitUntilComplete', 'Wait until complete'],
])('below the name of the node: %s reads "%s"', (operation, text) => {
	const { workflow, node } = workflowWith({ operation });
	const { subtitle = '' } = type.description;
	expect(workflow.expression.getSimpleParameterValue(node, subtitle, 'internal', {})).toBe(text);
});
