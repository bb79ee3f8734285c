/** Checks the files of `examples/` for what an import or the canvas would show. */
import type { INode, INodeParameters, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import type { Workflow } from '../n8n-harness/workflows.mjs';
import { apikleyVeo } from './support/built-node.mjs';

const ROOT = projectRoot();
const read = (...file: string[]) => readFileSync(path.join(ROOT, ...file), 'utf8');

const NAMES = readdirSync(path.join(ROOT, 'examples')).map((file) => path.basename(file, '.json'));

const NOTE = 'n8n-nodes-base.stickyNote';
const SET_UP = 'Set up first';

/** The parameters of a node, without those that n8n adds to every tool. */
const settingsOf = ({ descriptionType, toolDescription, ...own }: INodeParameters) =>
	Object.keys(own);

/** The area of a node on the canvas, with its name below. */
function areaOf({ type, position: [x, y], parameters }: INode) {
	if (type === NOTE) {
		return { x, y, right: x + Number(parameters.width), bottom: y + Number(parameters.height) };
	}
	const width = type.endsWith('.agent') ? 224 : 96;
	return { x, y, right: x + width, bottom: y + 96 + 40 };
}

function overlap(one: INode, other: INode): boolean {
	const [a, b] = [areaOf(one), areaOf(other)];
	return a.x < b.right && b.x < a.right && a.y < b.bottom && b.y < a.bottom;
}

describe.each(NAMES)('%s', (name) => {
	const text = read('examples', `${name}.json`);
	const workflow = JSON.parse(text) as Workflow & { pinData: object };
	const { nodes, connections } = workflow;
	const notes = nodes.filter(({ type }) => type === NOTE);
	const working = nodes.filter(({ type }) => type !== NOTE);

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

	test('its credentials only have names, which its first note lists', () => {
		const asked = nodes.flatMap(({ credentials = {} }) => Object.values(credentials));
		expect(asked.length).toBeGreaterThan(0);
		expect(asked.filter(({ id }) => id !== null)).toEqual([]);
		const setUp = String(notes.find((note) => note.name === SET_UP)?.parameters.content);
		for (const each of asked) expect(setUp).toContain(`**${each.name}**`);
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
		const { properties } = apikleyVeo.description;
		const offered = (list: readonly INodeProperties[]) => list.map((each) => each.name);
		const optionsOf = (parameter: string) =>
			(properties.find((each) => each.name === parameter)?.options ?? []) as INodePropertyOptions[];
		for (const { type, parameters } of nodes) {
			if (!type.startsWith('n8n-nodes-apikley.')) continue;
			expect(offered(properties)).toEqual(expect.arrayContaining(settingsOf(parameters)));
			const { operation, polling = {} } = parameters;
			expect(optionsOf('operation').map(({ value }) => value)).toContain(operation);
			expect(optionsOf('polling').map(({ name: option }) => option)).toEqual(
				expect.arrayContaining(Object.keys(polling as object)),
			);
		}
	});

	test('it has a page with a picture, and the README links to the page', () => {
		const page = read('docs', 'examples', `${name}.md`);
		expect(page).toContain(`(../../examples/${name}.json)`);
		expect(page).toContain(`(../images/examples/${name}.png)`);
		expect(existsSync(path.join(ROOT, 'docs', 'images', 'examples', `${name}.png`))).toBe(true);
		expect(read('README.md')).toContain(`(docs/examples/${name}.md)`);
	});
});
