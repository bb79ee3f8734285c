import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The knowledge of the API. It sees the world through its ports, so neither n8n nor Node is imported. */
const VEO = path.resolve('nodes/ApikleyVeo/veo');

const files = readdirSync(VEO, { recursive: true, encoding: 'utf8' }).filter((name) =>
	name.endsWith('.ts'),
);

/** `import … from 'x'`, `export … from 'x'`, `import 'x'`, `import('x')`, `require('x')`. */
function importsOf(source: string): string[] {
	const patterns = [
		/^\s*(?:import|export)\b[^'"]*?\bfrom\s*['"]([^'"]+)['"]/gm,
		/^\s*import\s*['"]([^'"]+)['"]/gm,
		/\b(?:import|require)\s*\(\s*['"]([^'"]+)['"]/g,
	];
	return patterns.flatMap((pattern) =>
		[...source.matchAll(pattern)].map((match) => match[1] ?? ''),
	);
}

/** Why an import crosses the border, or null. */
function trespass(file: string, imported: string): string | null {
	if (!imported.startsWith('.')) return `${file} imports ${imported}`;
	const target = path.resolve(VEO, path.dirname(file), imported);
	return target.startsWith(VEO + path.sep) ? null : `${file} imports ${imported}, outside veo/`;
}

test('the knowledge of the API imports nothing but itself', () => {
	expect(files.length).toBeGreaterThan(5);
	const trespasses = files.flatMap((file) => {
		const source = readFileSync(path.join(VEO, file), 'utf8');
		return importsOf(source).map((imported) => trespass(file, imported));
	});
	expect(trespasses.length).toBeGreaterThan(5);
	expect(trespasses.filter((each) => each !== null)).toEqual([]);
});

test('nor does it reach for what only Node or a browser has', () => {
	const foreign =
		/\b(?:process|Buffer|setTimeout|setInterval|setImmediate|fetch|globalThis)\b\s*[.(]/;
	const found = files.filter((file) => foreign.test(readFileSync(path.join(VEO, file), 'utf8')));
	expect(found).toEqual([]);
});

test.each([
	["import { sleep } from 'n8n-workflow';", ['n8n-workflow']],
	["import type {\n\tA,\n\tB,\n} from '../../n8n/http';", ['../../n8n/http']],
	["export * from 'node:fs';", ['node:fs']],
	["import 'luxon';", ['luxon']],
	["const fs = require('fs');", ['fs']],
	["const fs = await import('fs');", ['fs']],
	["/** imports nothing from 'here' */", []],
])('sees the imports of %p', (source, imports) => {
	expect(importsOf(source)).toEqual(imports);
});

test.each([
	['api/client.ts', '../ports', false],
	['ports.ts', './task/task', false],
	['ports.ts', '../settings/numbers', true],
	['api/client.ts', '../../n8n/clock', true],
	['api/client.ts', '../../veoElsewhere/x', true],
	['api/client.ts', 'n8n-workflow', true],
])('%s importing %s trespasses: %p', (file, imported, expected) => {
	expect(trespass(file, imported) !== null).toBe(expected);
});
