import type { INodePropertyOptions } from 'n8n-workflow';

import { ApikleyVeo } from '../../nodes/ApikleyVeo/ApikleyVeo.node';
import { fields } from '../../nodes/ApikleyVeo/panel/fields';

const { description } = new ApikleyVeo();

test('the names that workflows refer to', () => {
	expect(description).toMatchObject({
		name: 'apikleyVeo',
		displayName: 'Apikley Veo',
		version: 1,
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
