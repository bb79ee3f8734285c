import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { N8nClient } from '../n8n-harness/client.mjs';
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

/** The cells of each row that tells of a task. */
function taskRows(text: string): string[][] {
	return text
		.split('\n')
		.filter((line) => line.startsWith('demo-'))
		.map((line) => line.split(/\s{2,}/));
}

function wordAfter(label: string, text: string): string {
	return new RegExp(`${label}\\s+(\\S+)`).exec(text)?.[1] ?? '';
}

test('headless, it shows how each of the eight tasks came out, and says that all is well', async () => {
	const headless = demo(HEADLESS);
	const exitCode = await headless.end();
	expect({ exitCode, stderr: headless.stderr }).toMatchObject({ exitCode: 0 });

	const rows = taskRows(headless.stdout);
	const withoutNumbers = rows.map((row) => [...row.slice(0, 4), row[6]]);
	expect(withoutNumbers).toEqual([
		['demo-primary', 'succeeded', 'no', '720p', 'Succeeded'],
		['demo-fallback', 'succeeded', 'yes', '720p', 'Succeeded'],
		['demo-portrait', 'succeeded', 'no', '720p', 'Succeeded'],
		['demo-rejected', 'failed', 'no', '–', 'Failed'],
		['demo-provider-failure', 'failed', 'no', '–', 'Failed'],
		['demo-late', 'succeeded', 'no', '720p', 'Succeeded'],
		['demo-slow', 'succeeded', 'no', '720p', 'Succeeded'],
		['demo-never', 'generating', 'no', '–', 'Still Generating'],
	]);
	for (const [, , , , lookups, seconds] of rows) {
		expect(Number(lookups)).toBeGreaterThan(1);
		expect(Number(seconds)).toBeGreaterThan(0.5);
	}
	expect(headless.stdout).toContain('Every task came out as it should.');
});

test('killed in the middle of it all, it leaves no process behind', async () => {
	const killed = demo(NPM_START);
	await killed.shows('Waiting for 8 tasks', 'stderr');
	const family = killed.family();
	killed.killGroup('SIGKILL');
	expect(await survivors(family)).toEqual([]);
});

test('started again, it leaves the editor open with what is there already, until Ctrl-C', async () => {
	const open = demo(NPM_START);
	await open.shows('Ctrl-C ends it.');
	expect(taskRows(open.stdout)).toHaveLength(8);

	const workflow = new URL(wordAfter('Workflow', open.stdout));
	const page = await fetch(workflow);
	expect(page.status).toBe(200);
	expect(await page.text()).toContain('<title>');
	const client = await N8nClient.connect(workflow.origin, {
		email: wordAfter('E-mail', open.stdout),
		password: wordAfter('Password', open.stdout),
	});
	const [saved, ...more] = await client.listWorkflows();
	expect(more).toEqual([]);
	expect(workflow.pathname).toBe(`/workflow/${saved?.id}`);
	expect(await client.listCredentials()).toHaveLength(1);
	// Of three starts
	expect(await client.listExecutions()).toHaveLength(3);

	const family = open.family();
	// npm, a shell, the demo, n8n and its task runner
	expect(family.length).toBeGreaterThanOrEqual(4);
	open.killGroup('SIGINT');
	await open.end();
	expect(await survivors(family)).toEqual([]);
});

test('with a key it waits for the tasks of that API, tells which has no answer, and keeps the key to itself', async () => {
	const tasks: TaskScript[] = [
		{ taskId: 'mine' },
		{ taskId: 'refused', faults: [{ kind: 'status', status: 451, times: 'always' }] },
	];
	const apiKey = 'key-that-nobody-may-see';
	const simulator = await startSimulator({ apiKey, tasks });
	const own = demo(HEADLESS, {
		APIKLEY_API_KEY: apiKey,
		APIKLEY_BASE_URL: simulator.baseUrl,
		APIKLEY_TASK_IDS: 'refused, mine',
	});
	const exitCode = await own.end();
	await simulator.close();

	expect({ exitCode, stderr: own.stderr }).toMatchObject({ exitCode: 1 });
	expect(own.stdout).toMatch(/^refused +no answer .* Failed$/m);
	expect(own.stdout).toMatch(/^mine +succeeded .* Succeeded$/m);
	expect(own.stderr).toMatch(/✗ refused: .*451/);
	expect(own.stdout + own.stderr).not.toContain(apiKey);
});

test('told to end while it starts, it leaves no process behind', async () => {
	const starting = demo(NPM_START);
	await starting.starts('n8n start');
	const family = starting.family();
	starting.kill('SIGTERM');
	await starting.end();
	expect(await survivors(family)).toEqual([]);
});

test('says what an unknown option is, and what there is', async () => {
	const mistyped = demo(['node', 'scripts/start.mjs', '--headles']);
	expect(await mistyped.end()).toBe(1);
	expect(mistyped.stderr).toMatch(/--headles'[^]*Usage: npm start/);
});
