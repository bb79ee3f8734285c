import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { ApikleyVeo } from '../../nodes/ApikleyVeo/ApikleyVeo.node';
import { launchBrowser } from '../editor/browser.mjs';
import type { Canvas } from '../editor/canvas.mjs';
import { Editor } from '../editor/editor.mjs';
import { makeFirstVideo } from '../editor/first-video.mjs';
import type { NodeCreator } from '../editor/node-creator.mjs';
import type { NodePanel } from '../editor/node-panel.mjs';
import { findChromium } from '../n8n-harness/chromium.mjs';
import { OUTPUTS } from '../n8n-harness/demo/task-source.mjs';
import { manualTrigger, noOp, WorkflowBuilder } from '../n8n-harness/workflows.mjs';
import type { TaskScript } from '../simulator/task-script.mjs';
import { describeFirstImport } from './examples/first-import.mjs';
import { NODE, TestBed } from './support/test-bed.mjs';

const { properties } = new ApikleyVeo().description;

/** A parameter of the node. Throws an Error if there is none of that name. */
function parameter(name: string): INodeProperties {
	const found = properties.find((each) => each.name === name);
	if (found === undefined) throw new Error(`No parameter ${name}`);
	return found;
}

/** The labels of these parameters, in the order of the panel. */
const labels = (...names: string[]) => {
	const shown = properties.filter(({ name }) => names.includes(name));
	return [...new Set(shown.map(({ displayName }) => displayName))];
};

const choice = (name: string, value: string) =>
	(parameter(name).options as INodePropertyOptions[]).find((each) => each.value === value);

const choiceLabel = (name: string, value: string) => choice(name, value)?.name ?? '';

/** The operations of all resources. */
const OPERATIONS = properties
	.filter(({ name }) => name === 'operation')
	.flatMap(({ options }) => options as INodePropertyOptions[]);

const operationOption = (value: string) => OPERATIONS.find((each) => each.value === value);

const operation = (value: string) => operationOption(value)?.name ?? '';

/** The action that adds the node. n8n names the node after it. */
const actionOf = (value: string) => operationOption(value)?.action ?? '';

/** The sorted labels of the options of a collection that pass the filter. */
const optionLabels = (name: string, isWanted: (option: string) => boolean = () => true) => {
	const options = (parameter(name).options as INodeProperties[]).filter((each) =>
		isWanted(each.name),
	);
	return [...new Set(options.map(({ displayName }) => displayName))].sort();
};

const ALWAYS = ['resource', 'operation'];
const AT_THE_END = ['failedTask', 'output', 'outputMode', 'options'];
const WAIT = ['whileWaiting', 'polling', 'downloadVideos'];
const DOWNLOAD = ['downloadSource', 'binaryProperty'];
const CREATE = ['prompt', 'generationOptions', 'waitForCompletion', ...WAIT, ...DOWNLOAD];
const GENERATE = [...CREATE, 'generationType', 'model', 'aspectRatio', ...AT_THE_END];

const TASKS: TaskScript[] = [
	{ taskId: 'made' },
	{ taskId: 'made-by-fallback', ending: { kind: 'succeeded', model: 'fallback' } },
	{ taskId: 'rejected', ending: { kind: 'failed', successFlag: 2, errorCode: 400 } },
	{ taskId: 'running', ending: { kind: 'never' } },
];

/** Generous for a machine under load: no test waits for the clock. */
const TIMEOUT_MS = 240_000;

const isSkipped = findChromium() === undefined && process.env.CI !== 'true';
if (isSkipped) console.warn('No Chromium or Chrome found, so the editor tests are skipped.');

(isSkipped ? describe.skip : describe)("n8n's editor", () => {
	jest.setTimeout(TIMEOUT_MS);

	let testBed: TestBed;
	let editor: Editor;
	const opened: Array<{ close(): Promise<void> }> = [];

	beforeAll(async () => {
		const browser = await launchBrowser();
		opened.push(browser);
		testBed = await TestBed.open();
		opened.push(testBed);
		const { n8n, client } = testBed;
		editor = await Editor.open(browser, { url: n8n.url, cookieHeader: client.cookieHeader });
	});
	afterAll(async () => {
		for (const each of opened) await each.close();
	});

	async function open(workflow: WorkflowBuilder): Promise<Canvas> {
		const { id } = await testBed.client.createWorkflow(workflow.build());
		return await editor.openWorkflow(id);
	}

	describe('adding the node to a workflow', () => {
		let canvas: Canvas;
		let creator: NodeCreator;

		beforeAll(async () => {
			canvas = await open(new WorkflowBuilder('Test').then(manualTrigger()));
			creator = await canvas.openNodeCreator();
		});

		test.each([
			...['veo', 'veo 3.1', 'veo 3', 'veo3', 'apikley', 'video', 'ai video', 'wait for video'],
			...['generate video', 'create video', 'video generation', 'download video'],
			...['text to video', 'image to video', 'wait', 'poll', 'status', '1080p', 'credits'],
		])('a search for "%s" finds it', async (query) => await creator.find(query, NODE));

		describe('by one of its actions', () => {
			let actions: string[];
			let panel: NodePanel;

			beforeAll(async () => {
				actions = await creator.actionsOf(NODE);
				panel = await creator.add(actionOf('waitUntilComplete'));
			});

			test('each operation has an action', async () => {
				const all = OPERATIONS.map(({ action }) => action);
				expect(actions).toEqual(expect.arrayContaining(all));
				expect(await panel.value('operation')).toBe(operation('waitUntilComplete'));
			});

			test.each([
				['video', 'generate', GENERATE],
				['video', 'extend', ['taskId', ...CREATE, ...AT_THE_END]],
				[
					'video',
					'get1080p',
					[
						...['taskId', 'videoIndex', 'binaryProperty', 'waitForCompletion', ...WAIT],
						...['outputMode', 'options'],
					],
				],
				['account', 'getCredits', ['options']],
				['videoTask', 'getStatus', ['taskId', ...AT_THE_END]],
				['videoTask', 'download', ['taskId', ...DOWNLOAD, ...AT_THE_END]],
				['videoTask', 'waitUntilComplete', ['taskId', ...WAIT, ...AT_THE_END]],
			])('the panel shows what applies to %s: %s', async (resource, value, own) => {
				await panel.choose('resource', choiceLabel('resource', resource));
				await panel.choose('operation', operation(value));
				const expected = labels(...ALWAYS, ...own);
				expect(await panel.labelsOnce(expected)).toEqual(expected);
			});

			test('a resource begins with an operation of its own', async () => {
				await panel.choose('resource', choiceLabel('resource', 'video'));
				expect(await panel.value('operation')).toBe(operation('generate'));
				await panel.choose('generationType', choiceLabel('generationType', 'REFERENCE_2_VIDEO'));
				const expected = labels(...ALWAYS, ...GENERATE, 'imageSource', 'imageUrls');
				expect(await panel.labelsOnce(expected)).toEqual(expected);
				await panel.choose('resource', choiceLabel('resource', 'videoTask'));
				expect(await panel.value('operation')).toBe(operation('getStatus'));
				await panel.choose('operation', operation('waitUntilComplete'));
			});

			test('the panel shows what applies to a wait with downloads', async () => {
				await panel.switch('downloadVideos');
				const expected = labels(...ALWAYS, 'taskId', ...WAIT, ...DOWNLOAD, ...AT_THE_END);
				expect(await panel.labelsOnce(expected)).toEqual(expected);
				expect(await panel.value('binaryProperty')).toBe('data');
				const { placeholder = '' } = parameter('options');
				expect((await panel.addable(placeholder)).sort()).toEqual(optionLabels('options'));
			});

			test('the polling options accept decimals, and include Park After only for parked waits', async () => {
				const { placeholder = '' } = parameter('polling');
				const offered = async () => (await panel.addable(placeholder)).sort();
				expect(await offered()).toEqual(
					optionLabels('polling', (option) => !['parkAfter', 'wakeOnCallback'].includes(option)),
				);
				await panel.choose('whileWaiting', choiceLabel('whileWaiting', 'park'));
				expect(await offered()).toEqual(
					optionLabels('polling', (option) => option !== 'wakeOnCallback'),
				);

				const [interval = ''] = optionLabels('polling', (option) => option === 'interval');
				await panel.add(placeholder, interval);
				expect(Number(await panel.value('interval'))).toBe(10);
				await panel.fill('interval', '2.5');
				expect(Number(await panel.value('interval'))).toBe(2.5);
			});

			test('the credential form opens, hides the key, and tests it', async () => {
				const form = await panel.openCredential();
				expect(await form.labels()).toEqual(expect.arrayContaining(['API Key', 'Base URL']));
				expect(await form.isMasked('apiKey')).toBe(true);
				expect(await form.value('baseUrl')).toBe(testBed.simulator.baseUrl);
				await form.waitUntilTested();
				await form.close();
			});

			test('an error shows what happened, and what to do', async () => {
				await panel.choose('operation', operation('getStatus'));
				await panel.fill('taskId', 'no-such-task');
				const notification = await panel.execute();

				const { message, description } = await panel.output.error();
				expect(message).toContain('no-such-task');
				expect(description).toContain('14 days');
				expect(notification).toContain(message);
			});

			test('the canvas shows the operation', async () => {
				await panel.close();
				// n8n renames the node with the operation until the user renames it
				const [name, subtitle] = await canvas.captionOf(actionOf('getStatus'));
				expect(name).toBe(actionOf('getStatus'));
				expect(subtitle?.toLowerCase()).toBe(operation('getStatus').toLowerCase());
			});
		});
	});

	test('a prompt becomes a video file in nine clicks and one paste, from the start page on', async () => {
		const prompt = 'A paper boat drifts down a street after the rain';
		const { file, clicks, pastes } = await makeFirstVideo(editor, prompt);

		expect(clicks).toBe(9);
		expect(pastes).toBe(1);
		const [taskId, ...more] = testBed.simulator.createdTasks(prompt);
		expect(more).toEqual([]);
		expect(file.name).toBe(`${taskId}.mp4`);
		expect(file.content.subarray(4, 8).toString()).toBe('ftyp');
	});

	describe('after a run with outputs by status', () => {
		const [succeeded, failed, pending] = OUTPUTS;
		let canvas: Canvas;

		beforeAll(async () => {
			testBed.simulator.addTasks(TASKS);
			const workflow = testBed.workflow({
				items: TASKS.map(({ taskId }) => ({ taskId })),
				parameters: {
					operation: 'waitUntilComplete',
					polling: { interval: 0.2, timeout: 0.5, onTimeout: 'output' },
					outputMode: 'byStatus',
				},
			});
			canvas = await open(workflow.branch(noOp('Publish'), noOp('Report'), noOp('Look again')));
			expect(await canvas.execute()).toBe('Workflow executed successfully');
		});

		test('the canvas names the outputs and counts the items of each', async () => {
			expect(await canvas.outputsOf(NODE)).toEqual([...OUTPUTS]);
			expect(await canvas.itemsBetween(NODE, 'Publish')).toBe('2 items');
			expect(await canvas.itemsBetween(NODE, 'Report')).toBe('1 item');
			expect(await canvas.itemsBetween(NODE, 'Look again')).toBe('1 item');
		});

		test('the output pane names the outputs, and shows their items and hints', async () => {
			const panel = await canvas.openNode(NODE);
			const { output } = panel;
			expect(await output.branches()).toEqual([
				`${succeeded} Branch (2 items)`,
				`${failed} Branch (1 item)`,
				`${pending} Branch (1 item)`,
			]);
			expect(await output.column('taskId')).toEqual(['made', 'made-by-fallback']);
			await output.openBranch(failed);
			expect(await output.column('taskId')).toEqual(['rejected']);
			await output.openBranch(pending);
			expect(await output.column('status')).toEqual(['generating']);
			expect(await output.hints()).toEqual([
				expect.stringMatching(/^1 of 4 items.*fallback/),
				expect.stringMatching(/^1 of 4 items/),
			]);
			await panel.close();
		});

		test.each([
			['light', 'apikley.svg'],
			['dark', 'apikley.dark.svg'],
		] as const)('the canvas has the icon of the %s theme', async (theme, file) => {
			await editor.useTheme(theme);
			expect(await canvas.iconOf(NODE)).toBe(file);
		});
	});

	describeFirstImport(() => ({ editor, testBed }));
});
