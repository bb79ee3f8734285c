import { ownTasks } from '../n8n-harness/demo/own-tasks.mjs';
import { faultsIn, tableOf } from '../n8n-harness/demo/report.mjs';
import { readSettings } from '../n8n-harness/demo/settings.mjs';
import { simulatedTasks } from '../n8n-harness/demo/simulated-tasks.mjs';
import type { TaskRow } from '../n8n-harness/demo/task-row.mjs';
import type { TaskSource } from '../n8n-harness/demo/task-source.mjs';

const SUCCEEDED: TaskRow = {
	taskId: 'demo-primary',
	status: 'succeeded',
	fallbackFlag: false,
	resolution: '720p',
	lookups: 3,
	seconds: 2.1,
	output: 'Succeeded',
	problem: null,
};

const FAILED: TaskRow = {
	...SUCCEEDED,
	status: 'failed',
	resolution: null,
	output: 'Failed',
};

/** As the simulator's eight tasks should come out. */
const AS_SCRIPTED: readonly TaskRow[] = [
	SUCCEEDED,
	{ ...SUCCEEDED, taskId: 'demo-fallback', fallbackFlag: true },
	{ ...SUCCEEDED, taskId: 'demo-portrait' },
	{ ...FAILED, taskId: 'demo-rejected' },
	{ ...FAILED, taskId: 'demo-provider-failure' },
	{ ...SUCCEEDED, taskId: 'demo-late' },
	{ ...SUCCEEDED, taskId: 'demo-slow' },
	{ ...FAILED, taskId: 'demo-never', status: 'generating', output: 'Still Generating' },
];

describe('the eight tasks of the simulator', () => {
	let source: TaskSource;

	beforeAll(async () => {
		source = await simulatedTasks();
	});

	afterAll(async () => {
		await source.close();
	});

	/** The rows as scripted, but for the first one. */
	function withFirst(change: Partial<TaskRow>): TaskRow[] {
		return [{ ...SUCCEEDED, ...change }, ...AS_SCRIPTED.slice(1)];
	}

	test('nothing is wrong when all came out as scripted', () => {
		expect(faultsIn(AS_SCRIPTED, source)).toEqual([]);
	});

	test.each<[string, Partial<TaskRow>]>([
		['status is "unknown", should be "succeeded"', { status: 'unknown' }],
		['fallbackFlag is null, should be false', { fallbackFlag: null }],
		['resolution is "1080p", should be "720p"', { resolution: '1080p' }],
		['output is "Failed", should be "Succeeded"', { output: 'Failed' }],
		['problem is "no network", should be null', { problem: 'no network' }],
	])('finds that %s', (fault, change) => {
		expect(faultsIn(withFirst(change), source)).toEqual([`demo-primary: ${fault}`]);
	});

	test('finds a task that is missing, one that came out twice, and one that nobody asked for', () => {
		expect(faultsIn(AS_SCRIPTED.slice(1), source)).toEqual([
			'demo-primary: 0 items came out, should be 1',
		]);
		expect(faultsIn([SUCCEEDED, ...AS_SCRIPTED], source)).toEqual([
			'demo-primary: 2 items came out, should be 1',
		]);
		expect(faultsIn([...AS_SCRIPTED, { ...SUCCEEDED, taskId: 'x' }], source)).toEqual([
			'x: nobody asked for it',
		]);
	});

	test('the table is aligned and in the order of the tasks', () => {
		const rows = [...AS_SCRIPTED.slice(0, 2), { ...FAILED, taskId: 'demo-rejected' }].reverse();
		expect(`\n${tableOf(rows, source)}\n`).toBe(`
Task            Status      Fallback   Resolution   Lookups   Seconds   Output
─────────────   ─────────   ────────   ──────────   ───────   ───────   ─────────
demo-primary    succeeded   no         720p               3       2.1   Succeeded
demo-fallback   succeeded   yes        720p               3       2.1   Succeeded
demo-rejected   failed      no         –                  3       2.1   Failed
`);
	});
});

describe('tasks at the real API', () => {
	const source = ownTasks({
		apiKey: 'k',
		baseUrl: 'https://api.example',
		taskIds: ['demo-primary'],
	});

	test.each<[string, Partial<TaskRow>, string[]]>([
		['a success', {}, []],
		['a failure', { ...FAILED, fallbackFlag: null }, []],
		['an end on another output', { output: 'Failed' }, ['it is succeeded, but came out of Failed']],
		['an unknown status', { status: 'unknown' }, ['its status is "unknown"']],
		['no answer', { status: null, output: 'Failed', problem: 'Too old.' }, ['Too old.']],
	])('%s', (_, change, faults) => {
		const expected = faults.map((fault) => `demo-primary: ${fault}`);
		expect(faultsIn([{ ...SUCCEEDED, ...change }], source)).toEqual(expected);
	});
});

describe('settings', () => {
	test('the simulator, if nothing is said', () => {
		expect(readSettings([], {})).toEqual({ headless: false, help: false, realApi: null });
	});

	test('the real API with a key, at its own address or another', () => {
		const key = { APIKLEY_API_KEY: ' k ' };
		const baseUrl = 'https://api.apikley.ru';
		expect(readSettings(['--headless'], key)).toEqual({
			headless: true,
			help: false,
			realApi: { apiKey: 'k', baseUrl, taskIds: [] },
		});
		const more = { APIKLEY_BASE_URL: 'http://127.0.0.1:1/', APIKLEY_TASK_IDS: 'a, b,,a' };
		expect(readSettings([], { ...key, ...more }).realApi).toEqual({
			apiKey: 'k',
			baseUrl: 'http://127.0.0.1:1/',
			taskIds: ['a', 'b'],
		});
	});

	test.each([{ APIKLEY_BASE_URL: 'https://x' }, { APIKLEY_TASK_IDS: 'a' }])(
		'half of what the real API needs is refused: %p',
		(env) => expect(() => readSettings([], env)).toThrow(/needs APIKLEY_API_KEY/),
	);
});
