/** Checks the files of `examples/` for what an import or the canvas would show. */
import type { INode, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import {
	credentialTypeOf,
	exampleFile,
	EXAMPLES,
	readExample,
	STICKY_NOTE,
} from '../n8n-harness/examples.mjs';
import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import { apikleyVeo, apikleyVeoTrigger } from './support/built-node.mjs';

const DOCS = path.join(projectRoot(), 'docs');
const README = readFileSync(path.join(projectRoot(), 'README.md'), 'utf8');

/** What n8n itself puts in front of a value that an AI model decides. With it, the editor doesn't show an expression. */
const BY_MODEL = '={{ /*n8n-auto-generated-fromAI-override*/ $fromAI(';

/** The parameters that n8n adds to every tool. */
const OF_TOOLS = ['descriptionType', 'toolDescription'];

const isOurs = ({ type }: INode) => type.startsWith('n8n-nodes-apikley.');

/** All fields of a node, with a copy for each way in which one is shown. */
function fieldsOf({ type }: INode): INodeProperties[] {
	return (type.endsWith('Trigger') ? apikleyVeoTrigger : apikleyVeo).description.properties;
}

function optionsOf(node: INode, field: string): INodePropertyOptions[] {
	const fields = fieldsOf(node).filter(({ name }) => name === field);
	return fields.flatMap(({ options = [] }) => options as INodePropertyOptions[]);
}

/** The collections of a node that the example sets, and the names in them. */
function collectionsOf({ parameters }: INode): Array<[string, string[]]> {
	return Object.entries(parameters).flatMap(
		([name, value]): Array<[string, string[]]> =>
			typeof value === 'object' && value !== null && !Array.isArray(value)
				? [[name, Object.keys(value)]]
				: [],
	);
}

/** The area of a node on the canvas, with its name below. */
function areaOf({ type, name, position: [x, y], parameters }: INode) {
	if (type === STICKY_NOTE) {
		return { x, y, right: x + Number(parameters.width), bottom: y + Number(parameters.height) };
	}
	const isAgent = type.endsWith('.agent');
	const width = isAgent ? 224 : 96;
	const height = parameters.outputMode === 'byStatus' ? 128 : 96;
	// The name is centered, and as wide as it is long
	const beyond = isAgent ? 0 : Math.max(0, (name.length * 8 - width) / 2);
	return { x: x - beyond, y, right: x + width + beyond, bottom: y + height + 48 };
}

function overlap(one: INode, other: INode): boolean {
	const [a, b] = [areaOf(one), areaOf(other)];
	return a.x < b.right && b.x < a.right && a.y < b.bottom && b.y < a.bottom;
}

describe.each(EXAMPLES)('%s', (name) => {
	const text = readFileSync(exampleFile(name), 'utf8');
	const workflow = readExample(name) as ReturnType<typeof readExample> & { pinData: object };
	const { nodes, connections } = workflow;
	const notes = nodes.filter(({ type }) => type === STICKY_NOTE);
	const working = nodes.filter(({ type }) => type !== STICKY_NOTE);

	test('the file is an n8n export, without traces of the machine that made it', () => {
		const { active, settings, pinData } = workflow;
		expect({ active, settings, pinData }).toEqual({
			active: false,
			settings: { executionOrder: 'v1' },
			pinData: {},
		});
		expect(workflow).not.toHaveProperty('id');
		expect(text).not.toMatch(/127\.0\.0\.1|localhost|instanceId/);
	});

	test('it names no credentials, so n8n marks the nodes that need one, and the first note lists these', () => {
		expect(nodes.filter(({ credentials }) => credentials !== undefined)).toEqual([]);
		const needing = working.filter((node) => credentialTypeOf(node) !== undefined);
		const setUp = String(notes.find((note) => note.name === 'Set up first')?.parameters.content);
		for (const node of needing) expect(setUp).toContain(`**${node.name}**`);
	});

	test('no node has a webhook ID, as all imports would then share an address, and a second one would conflict', () => {
		expect(nodes.filter((node) => 'webhookId' in node)).toEqual([]);
	});

	test('nothing but the Apikley Veo nodes calls the API', () => {
		expect(text).not.toMatch(/httpRequest|\/api\/v1|api\.apikley\.ru/);
	});

	test('no node or note overlaps another', () => {
		const pairs = nodes.flatMap((one, index) =>
			nodes
				.slice(index + 1)
				.flatMap((other) => (overlap(one, other) ? [[one.name, other.name]] : [])),
		);
		expect(pairs).toEqual([]);
	});

	test('all nodes are connected, and expressions only name existing nodes', () => {
		const ends = Object.entries(connections).flatMap(([from, byType]) => [
			from,
			...Object.values(byType).flatMap((outputs) =>
				outputs.flatMap((targets) => (targets ?? []).map(({ node }) => node)),
			),
		]);
		expect([...new Set(ends)].sort()).toEqual(working.map((node) => node.name).sort());
		const mentioned = [...text.matchAll(/\$\('([^']+)'\)/g)].map(([, node]) => node);
		expect(working.map((node) => node.name)).toEqual(expect.arrayContaining(mentioned));
	});

	test('it only sets parameters that the node has', () => {
		for (const node of nodes.filter(isOurs)) {
			const fields = [...OF_TOOLS, ...fieldsOf(node).map((field) => field.name)];
			expect(fields).toEqual(expect.arrayContaining(Object.keys(node.parameters)));
			for (const choice of ['resource', 'operation'].filter((each) => each in node.parameters)) {
				const values = optionsOf(node, choice).map(({ value }) => value);
				expect(values).toContain(node.parameters[choice]);
			}
			for (const [collection, set] of collectionsOf(node)) {
				const offered = optionsOf(node, collection).map((option) => option.name);
				expect(offered).toEqual(expect.arrayContaining(set));
			}
		}
	});

	test('what a model decides is marked as n8n marks it, by the label of its field', () => {
		const decided = nodes.flatMap((node) =>
			Object.entries(node.parameters)
				.filter(([, value]) => String(value).includes('$fromAI'))
				.map(([field, value]) => ({
					value,
					label: fieldsOf(node).find((each) => each.name === field)?.displayName ?? '',
				})),
		);
		for (const { value, label } of decided) {
			expect(value).toContain(`${BY_MODEL}'${label.replaceAll(' ', '_')}', `);
		}
		expect(decided.length > 0).toBe(nodes.some(({ type }) => type.endsWith('Tool')));
	});

	test('it has a page with its picture, and the README links to the page', () => {
		const page = readFileSync(path.join(DOCS, 'examples', `${name}.md`), 'utf8');
		expect(page).toContain(`(../../examples/${name}.json)`);
		expect(page).toContain(`(../images/examples/${name}.png)`);
		expect(existsSync(path.join(DOCS, 'images', 'examples', `${name}.png`))).toBe(true);
		expect(README).toContain(`(docs/examples/${name}.md)`);
	});
});
