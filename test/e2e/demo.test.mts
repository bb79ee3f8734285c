import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { N8nClient } from '../n8n-harness/client.mjs';
import { OUTPUTS } from '../n8n-harness/demo/task-source.mjs';
import { startSimulator } from '../simulator/simulator.mjs';
import type { TaskScript } from '../simulator/task-script.mjs';
import { DemoProcess, survivors } from './support/demo-process.mjs';

jest.setTimeout(240_000);

const HEADLESS = ['node', 'scripts/start.mjs', '--headless'] as const;
const NPM_START = ['npm', 'start'] as const;

let dataFolder: string;
let demos: DemoProcess[] = [];

beforeAll(async () => {
	dataFolder = await mkdtemp(path.join(tmpdir(), 'demo-test-'));
});

afterEach(async () => {
	const family = demos.flatMap((demo) => demo.family());
	for (const demo of demos) demo.kill('SIGTERM');
	demos = [];
	await survivors(family);
});

afterAll(async () => {
	await rm(dataFolder, { recursive: true, force: true });
});

function demo(
	command: readonly [string, ...string[]],
	env: Readonly<Record<string, string>> = {},
): DemoProcess {
	const started = new DemoProcess(command, dataFolder, env);
	demos.push(started);
	return started;
}

/** The cells of the rows for the eight tasks. */
function taskRows(text: string): string[][] {
	return tableRows(text).filter(([task]) => task?.startsWith('demo-'));
}

/** The cells of the rows for the generated videos. */
function videoRows(text: string): string[][] {
	return tableRows(text).filter((cells) => cells.some((cell) => cell.endsWith('.mp4')));
}

function tableRows(text: string): string[][] {
	return text.split('\n').map((line) => line.split(/\s{2,}/));
}

function wordAfter(label: string, text: string): string {
	return new RegExp(`${label}\\s+(\\S+)`).exec(text)?.[1] ?? '';
}

test('the headless demo prints the results of the eight tasks and of three generated videos, and succeeds', async () => {
	const headless = demo(HEADLESS);
	const exitCode = await headless.end();
	expect({ exitCode, stderr: headless.stderr }).toMatchObject({ exitCode: 0 });

	const [succeeded, failed, pending] = OUTPUTS;
	const rows = taskRows(headless.stdout);
	expect(rows.map((row) => [...row.slice(0, 4), row[6]])).toEqual([
		['demo-primary', 'succeeded', 'no', '720p', succeeded],
		['demo-fallback', 'succeeded', 'yes', '720p', succeeded],
		['demo-portrait', 'succeeded', 'no', '720p', succeeded],
		['demo-rejected', 'failed', 'no', '–', failed],
		['demo-provider-failure', 'failed', 'no', '–', failed],
		['demo-late', 'succeeded', 'no', '720p', succeeded],
		['demo-slow', 'succeeded', 'no', '720p', succeeded],
		['demo-never', 'generating', 'no', '–', pending],
	]);
	for (const [, , , , lookups, seconds] of rows) {
		expect(Number(lookups)).toBeGreaterThan(1);
		expect(Number(seconds)).toBeGreaterThan(0.5);
	}

	const videos = videoRows(headless.stdout);
	expect(videos).toHaveLength(3);
	for (const [, taskId, , lookups, fileName, size] of videos) {
		expect(fileName).toBe(`${taskId}.mp4`);
		expect(Number(lookups)).toBeGreaterThan(0);
		expect(size).toMatch(/^\d.* kB$/i);
	}
});

test('a demo that is killed during its run leaves no process', async () => {
	const killed = demo(NPM_START);
	await killed.shows('Waiting for 8 tasks', 'stderr');
	const family = killed.family();
	killed.killGroup('SIGKILL');
	expect(await survivors(family)).toEqual([]);
});

test('a later start reuses what exists, and keeps the editor open until Ctrl-C', async () => {
	const open = demo(NPM_START);
	await open.shows('Press Ctrl-C to stop.');
	expect(taskRows(open.stdout)).toHaveLength(8);
	expect(videoRows(open.stdout)).toHaveLength(3);

	const workflow = new URL(wordAfter('Workflow', open.stdout));
	const page = await fetch(workflow);
	expect(page.status).toBe(200);
	expect(await page.text()).toContain('<title>');
	const client = await N8nClient.connect(workflow.origin, {
		email: wordAfter('E-mail', open.stdout),
		password: wordAfter('Password', open.stdout),
	});
	const saved = await client.listWorkflows();
	expect(saved).toHaveLength(2);
	expect(saved.map(({ id }) => `/workflow/${id}`)).toContain(workflow.pathname);
	expect(await client.listCredentials()).toHaveLength(1);
	// Two for each start
	expect(await client.listExecutions()).toHaveLength(6);

	// What you need for a credential of your own
	const credential = {
		apiKey: wordAfter('API key', open.stdout),
		baseUrl: wordAfter('Base URL', open.stdout),
	};
	expect(await client.testCredential('apikleyApi', credential)).toMatchObject({ status: 'OK' });

	const family = open.family();
	// npm, a shell, the demo, n8n and its task runner
	expect(family.length).toBeGreaterThanOrEqual(4);
	open.killGroup('SIGINT');
	await open.end();
	expect(await survivors(family)).toEqual([]);
});

test('with a key it waits for tasks of that API, reports the failures, and hides the key', async () => {
	const tasks: TaskScript[] = [
		{ taskId: 'mine' },
		{ taskId: 'refused', faults: [{ kind: 'status', status: 403, times: 'always' }] },
	];
	const apiKey = 'key-that-must-stay-hidden';
	const simulator = await startSimulator({ apiKey, tasks });
	const own = demo(HEADLESS, {
		APIKLEY_API_KEY: apiKey,
		APIKLEY_BASE_URL: simulator.baseUrl,
		APIKLEY_TASK_IDS: 'refused, mine',
	});
	const exitCode = await own.end();
	await simulator.close();

	expect({ exitCode, stderr: own.stderr }).toMatchObject({ exitCode: 1 });
	expect(own.stdout).toMatch(new RegExp(`^mine +succeeded .* ${OUTPUTS[0]}$`, 'm'));
	expect(own.stderr).toMatch(/✗ refused: .*403/);
	expect(own.stdout + own.stderr).not.toContain(apiKey);
});

test('a demo that is stopped during its start leaves no process', async () => {
	const starting = demo(NPM_START);
	await starting.starts('n8n start');
	const family = starting.family();
	starting.kill('SIGTERM');
	await starting.end();
	expect(await survivors(family)).toEqual([]);
});

test('an unknown option is an error that shows the usage', async () => {
	const mistyped = demo(['node', 'scripts/start.mjs', '--headles']);
	expect(await mistyped.end()).toBe(1);
	expect(mistyped.stderr).toMatch(/--headles'[^]*Usage: npm start/);
});
