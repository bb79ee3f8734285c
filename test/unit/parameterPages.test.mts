import type { INodeProperties } from 'n8n-workflow';

import { ApikleyVeo } from '../../nodes/ApikleyVeo/ApikleyVeo.node';
import { ApikleyVeoTrigger } from '../../nodes/ApikleyVeo/ApikleyVeoTrigger.node';
import { readPage } from './support/pages.mjs';

const NOT_LISTED = ['resource', 'operation'];

/** The labels of all fields that can be filled in, those within collections too. */
function labelsOf(properties: readonly INodeProperties[]): string[] {
	return properties.flatMap(({ name, type, displayName, options = [] }) => {
		if (type === 'notice' || NOT_LISTED.includes(name)) return [];
		return type === 'collection' ? labelsOf(options as INodeProperties[]) : [displayName];
	});
}

/** The first cells of the rows of tables that begin with one of these heads. */
function firstCells(file: string, heads: readonly string[]): string[] {
	const tables = readPage(file).text.match(/(?:^\|.*\n)+/gm) ?? [];
	return tables.flatMap((table) => {
		const cells = [...table.matchAll(/^\| *(.*?) *\|/gm)].map(([, cell = '']) => cell);
		const [head = '', , ...rows] = cells;
		return heads.includes(head) ? rows : [];
	});
}

test.each([
	['docs/parameters.md', new ApikleyVeo().description.properties],
	['docs/trigger.md', new ApikleyVeoTrigger().description.properties],
])('%s lists every field of the panel, and no other', (file, properties) => {
	const listed = firstCells(file, ['Parameter', 'Setting', 'Option']);
	expect(listed.sort()).toEqual([...new Set(labelsOf(properties))].sort());
});
