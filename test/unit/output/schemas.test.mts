import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { projectRoot } from '../../n8n-harness/system/project-root.mjs';
import { FOLDER, schemaFiles } from '../../schemas/schemas';
import { schemaOf } from '../../schemas/schema-of';

const files = schemaFiles();

test('the editor offers the fields of each operation and of the trigger: if not, run npm run schemas', () => {
	const root = projectRoot();
	const saved = readdirSync(path.join(root, FOLDER), { recursive: true })
		.map((name) => `${FOLDER}/${String(name)}`)
		.filter((name) => name.endsWith('.json'));
	expect(saved.sort()).toEqual(Object.keys(files).sort());
	for (const [file, text] of Object.entries(files)) {
		const parsed: unknown = JSON.parse(readFileSync(path.join(root, file), 'utf8'));
		expect([file, parsed]).toEqual([file, JSON.parse(text)]);
	}
});

test('a schema has the type of each value, and null if it can be unknown', () => {
	const values = [
		{ id: 'a', size: 1, list: ['x'], inner: null },
		{ id: 'b', size: null, list: [], inner: { deep: true } },
	];
	expect(schemaOf(values)).toEqual({
		type: 'object',
		properties: {
			id: { type: 'string' },
			size: { type: ['number', 'null'] },
			list: { type: 'array', items: { type: 'string' } },
			inner: {
				type: ['object', 'null'],
				properties: { deep: { type: 'boolean' } },
			},
		},
	});
});
