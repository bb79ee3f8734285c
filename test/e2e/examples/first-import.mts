/** What somebody finds who has nothing but an Apikley credential. */
import type { INodeParameters } from 'n8n-workflow';

import type { Canvas } from '../../editor/canvas.mjs';
import type { Editor } from '../../editor/editor.mjs';
import {
	exampleFile,
	EXAMPLES,
	isForeign,
	readExample,
	withCredentials,
	withParameters,
} from '../../n8n-harness/examples.mjs';
import type { Workflow } from '../../n8n-harness/workflows.mjs';
import { repeatCallbacks } from '../support/examples.mjs';
import type { TestBed } from '../support/test-bed.mjs';

interface Opened {
	editor: Editor;
	testBed: TestBed;
}

/** A model or a call from outside starts the others. */
const STEP_BY_STEP = EXAMPLES.filter(
	(name) => !['ai-agent-tool', 'fire-and-forget-store'].includes(name),
);

/** Parameters that have to be filled in before a first step runs. */
const FILLED_IN: Readonly<Record<string, Record<string, INodeParameters>>> = {
	'fire-and-forget-create': {
		'Generate a video': { generationOptions: { callBackUrl: 'https://example.com/part-2' } },
	},
};

interface Step {
	trigger: string;
	upTo: string;
}

/** The ends of all ways from a trigger that a user can take without another account. Running to them runs all nodes before. */
function stepsOf({ nodes, connections }: Workflow): Step[] {
	const foreign = nodes.filter(isForeign).map(({ name }) => name);
	const visited = new Set(foreign);
	const endsAfter = (name: string): string[] => {
		visited.add(name);
		const targets = (connections[name]?.main ?? []).flatMap((list) => list ?? []);
		const ends = targets.flatMap(({ node }) => (visited.has(node) ? [] : endsAfter(node)));
		return ends.length > 0 ? ends : [name];
	};
	return nodes
		.filter(({ type }) => type.endsWith('Trigger'))
		.flatMap(({ name }) => endsAfter(name).map((upTo) => ({ trigger: name, upTo })));
}

export function describeFirstImport(opened: () => Opened): void {
	describe('the examples, with nothing but an Apikley credential', () => {
		let canvas: Canvas;

		beforeAll(async () => {
			const { editor, testBed } = opened();
			repeatCallbacks(testBed.simulator);
			canvas = await editor.openNewWorkflow();
		});

		describe.each(EXAMPLES)('%s', (name) => {
			beforeAll(async () => {
				await canvas.importInstead(exampleFile(name));
			});

			test('is imported without a warning, and its notes can be read', async () => {
				expect(await canvas.takeNotifications()).toEqual([
					expect.stringMatching(/^Credentials auto-added/),
				]);
				expect(await canvas.cutOffNotes()).toEqual([]);
			});

			test('only asks for accounts elsewhere', async () => {
				const foreign = readExample(name).nodes.filter(isForeign);
				expect(await canvas.nodesWithIssues()).toEqual(foreign.map((node) => node.name).sort());
			});

			if (name === 'first-video') {
				test('has a video after one click', async () => {
					expect(await canvas.execute()).toBe('Workflow executed successfully');
					const panel = await canvas.openNode('Generate a video');
					expect(await panel.output.files()).toMatch(/\.mp4[^]*video\/mp4/);
					await panel.close();
				});
			}

			if (name === 'ai-agent-tool') {
				test.each([
					['Generate a video', 'prompt'],
					['Check a video', 'taskId'],
				])('shows that the model decides what %s needs', async (tool, parameter) => {
					const panel = await canvas.openNode(tool);
					expect(await panel.decidedByModel()).toEqual([parameter]);
					await panel.close();
				});
			}
		});

		test.each(STEP_BY_STEP)('%s runs step by step up to the first other service', async (name) => {
			const { client, credential } = opened().testBed;
			const workflow = withParameters(readExample(name), FILLED_IN[name] ?? {});
			const chosen = withCredentials(workflow, { apikleyApi: credential });
			const { id } = await client.createWorkflow(chosen);
			for (const { trigger, upTo } of stepsOf(chosen)) {
				const execution = await client.waitForEnd(await client.runByHand(id, trigger, upTo));
				expect(execution).toMatchObject({ status: 'success', error: null });
			}
		});
	});
}
