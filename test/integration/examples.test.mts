/** The workflows of `examples/` as files: what an import and a look at the canvas would show. */
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

/** Without those that n8n itself gives every tool. */
const settingsOf = ({ descriptionType, toolDescription, ...own }: INodeParameters) =>
	Object.keys(own);

/** What n8n draws for a node, with its name below. */
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

	test('is as n8n exports it, with nothing of the machine that made it', () => {
		const { active, settings, pinData } = workflow;
		expect({ active, settings, pinData }).toEqual({
			active: false,
			settings: { executionOrder: 'v1' },
			pinData: {},
		});
		expect(workflow).not.toHaveProperty('id');
		expect(text).not.toMatch(/127\.0\.0\.1|localhost|instanceId/);
	});

	test('asks for credentials by name alone, and says first which', () => {
		const asked = nodes.flatMap(({ credentials = {} }) => Object.values(credentials));
		expect(asked.length).toBeGreaterThan(0);
		expect(asked.filter(({ id }) => id !== null)).toEqual([]);
		const setUp = String(notes.find((note) => note.name === SET_UP)?.parameters.content);
		for (const each of asked) expect(setUp).toContain(`**${each.name}**`);
	});

	test('is laid out: no node or note lies over another', () => {
		const pairs = nodes.flatMap((one, index) =>
			nodes
				.slice(index + 1)
				.flatMap((other) => (overlap(one, other) ? [[one.name, other.name]] : [])),
		);
		expect(pairs).toEqual([]);
	});

	test('has every node connected, and names only nodes that are there', () => {
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

	test('sets only what the panel of the node offers', () => {
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

	test('has a page with its picture, which the README names', () => {
		const page = read('docs', 'examples', `${name}.md`);
		expect(page).toContain(`(../../examples/${name}.json)`);
		expect(page).toContain(`(../images/examples/${name}.png)`);
		expect(existsSync(path.join(ROOT, 'docs', 'images', 'examples', `${name}.png`))).toBe(true);
		expect(read('README.md')).toContain(`(docs/examples/${name}.md)`);
	});
});
