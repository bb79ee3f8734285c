import {
	videoFaultsIn,
	videoTableOf,
	type VideoRow,
} from '../n8n-harness/demo/generated-videos.mjs';
import { ownTasks } from '../n8n-harness/demo/own-tasks.mjs';
import { faultsIn, tableOf } from '../n8n-harness/demo/report.mjs';
import { readSettings } from '../n8n-harness/demo/settings.mjs';
import { simulatedTasks } from '../n8n-harness/demo/simulated-tasks.mjs';
import { OUTPUTS, type TaskRow, type TaskSource } from '../n8n-harness/demo/task-source.mjs';

const [, FAILED_OUTPUT, PENDING_OUTPUT] = OUTPUTS;

const SUCCEEDED: TaskRow = {
	taskId: 'demo-primary',
	status: 'succeeded',
	fallbackFlag: false,
	resolution: '720p',
	lookups: 3,
	seconds: 2.1,
	output: OUTPUTS[0],
	problem: null,
};

const FAILED: TaskRow = {
	...SUCCEEDED,
	status: 'failed',
	resolution: null,
	output: FAILED_OUTPUT,
};

/** The expected rows of the simulator's eight tasks. */
const AS_SCRIPTED: readonly TaskRow[] = [
	SUCCEEDED,
	{ ...SUCCEEDED, taskId: 'demo-fallback', fallbackFlag: true },
	{ ...SUCCEEDED, taskId: 'demo-portrait' },
	{ ...FAILED, taskId: 'demo-rejected' },
	{ ...FAILED, taskId: 'demo-provider-failure' },
	{ ...SUCCEEDED, taskId: 'demo-late' },
	{ ...SUCCEEDED, taskId: 'demo-slow' },
	{ ...FAILED, taskId: 'demo-never', status: 'generating', output: PENDING_OUTPUT },
];

describe('the eight tasks of the simulator', () => {
	let source: TaskSource;

	beforeAll(async () => {
		source = await simulatedTasks();
	});

	afterAll(async () => {
		await source.close();
	});

	/** The expected rows with a change to the first one. */
	function withFirst(change: Partial<TaskRow>): TaskRow[] {
		return [{ ...SUCCEEDED, ...change }, ...AS_SCRIPTED.slice(1)];
	}

	test('the report finds nothing wrong with the expected rows', () => {
		expect(faultsIn(AS_SCRIPTED, source)).toEqual([]);
	});

	test.each<[string, Partial<TaskRow>]>([
		['status is "unknown", expected "succeeded"', { status: 'unknown' }],
		['fallbackFlag is null, expected false', { fallbackFlag: null }],
		['resolution is "1080p", expected "720p"', { resolution: '1080p' }],
		[`output is "${FAILED_OUTPUT}", expected "${OUTPUTS[0]}"`, { output: FAILED_OUTPUT }],
		['problem is "no network", expected null', { problem: 'no network' }],
	])('the report finds that %s', (fault, change) => {
		expect(faultsIn(withFirst(change), source)).toEqual([`demo-primary: ${fault}`]);
	});

	test('the report finds a missing, a doubled, and an unexpected task', () => {
		expect(faultsIn(AS_SCRIPTED.slice(1), source)).toEqual([
			'demo-primary: 0 items came out, expected 1',
		]);
		expect(faultsIn([SUCCEEDED, ...AS_SCRIPTED], source)).toEqual([
			'demo-primary: 2 items came out, expected 1',
		]);
		expect(faultsIn([...AS_SCRIPTED, { ...SUCCEEDED, taskId: 'x' }], source)).toEqual([
			'x: unexpected task',
		]);
	});

	test('the table is aligned, in the order of the tasks', () => {
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

describe('the generated videos', () => {
	const GENERATION = { prompts: ['A boat', 'A cat'], timeout: 1, endedAt: () => null };
	const BOAT: VideoRow = {
		prompt: 'A boat',
		taskId: 'veo_1',
		status: 'succeeded',
		secondsLate: 0.44,
		lookups: 1,
		fileName: 'veo_1.mp4',
		fileSize: '6.88 kB',
	};
	const CAT: VideoRow = { ...BOAT, prompt: 'A cat', taskId: 'veo_2', fileName: 'veo_2.mp4' };

	test('the report finds nothing wrong with a file for each prompt', () => {
		expect(videoFaultsIn([BOAT, CAT], GENERATION)).toEqual([]);
	});

	test.each<[string, Partial<VideoRow>]>([
		['status is "failed"', { status: 'failed' }],
		['there is no file', { fileName: null }],
		['there is no file', { fileSize: null }],
		['there was no callback', { secondsLate: null }],
		['came 181.5 s after its end, so no callback woke the execution', { secondsLate: 181.5 }],
	])('the report finds that %s', (fault, change) => {
		expect(videoFaultsIn([{ ...BOAT, ...change }, CAT], GENERATION)).toEqual([
			`"A boat": ${fault}`,
		]);
	});

	test('the report finds a missing and a doubled prompt', () => {
		expect(videoFaultsIn([BOAT, BOAT], GENERATION)).toEqual([
			'"A boat": 2 items came out, expected 1',
			'"A cat": 0 items came out, expected 1',
		]);
	});

	test('the table is aligned', () => {
		expect(`\n${videoTableOf([BOAT, { ...CAT, fileSize: null }])}\n`).toBe(`
Prompt   Task    Seconds after its end   Lookups   File           Size
──────   ─────   ─────────────────────   ───────   ─────────   ───────
A boat   veo_1                     0.4         1   veo_1.mp4   6.88 kB
A cat    veo_2                     0.4         1   veo_2.mp4         –
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
		['nothing wrong with a success', {}, []],
		['nothing wrong with a failure', { ...FAILED, fallbackFlag: null }, []],
		[
			'a task on the wrong output',
			{ output: FAILED_OUTPUT },
			[`its status is succeeded, but it came out of ${FAILED_OUTPUT}`],
		],
		['an unknown status', { status: 'unknown' }, ['its status is "unknown"']],
		[
			'a task without a result',
			{ status: null, output: FAILED_OUTPUT, problem: 'Too old.' },
			['Too old.'],
		],
	])('the report finds %s', (_, change, faults) => {
		const expected = faults.map((fault) => `demo-primary: ${fault}`);
		expect(faultsIn([{ ...SUCCEEDED, ...change }], source)).toEqual(expected);
	});
});

describe('settings', () => {
	test('the demo uses the simulator by default', () => {
		expect(readSettings([], {})).toEqual({ headless: false, help: false, realApi: null });
	});

	test('a key selects the real API, at its own address or another', () => {
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
		'the other variables of the real API need a key: %p',
		(env) => expect(() => readSettings([], env)).toThrow(/APIKLEY_API_KEY/),
	);
});
