import type { IDataObject } from 'n8n-workflow';

import { noOp, setField } from '../../n8n-harness/workflows.mjs';
import type { TaskScript } from '../../simulator/task-script.mjs';
import { API_KEY, jsonOf, NODE, lab } from '../support/test-bed.mjs';

/** Laid over the record, so that a whole item can be told in advance. */
const TIMES = { createTime: '2026-01-02T03:04:05Z', completeTime: '2026-01-02T03:05:35Z' };
const PROMPT = 'A futuristic city with flying cars at sunset.';

/** The item of a task about which the API says the least. */
const NOTHING_KNOWN = {
	successFlag: null,
	fallbackFlag: null,
	isFinal: false,
	resolution: null,
	canUpgradeTo1080p: null,
	videoUrl: null,
	resultUrls: [],
	originUrls: [],
	fullResultUrls: [],
	errorCode: null,
	errorMessage: null,
	failureKind: null,
	prompt: null,
	params: null,
	createTime: null,
	completeTime: null,
	durationSeconds: null,
	wait: null,
};

const GENERATING = {
	...NOTHING_KNOWN,
	status: 'generating',
	successFlag: 0,
	fallbackFlag: false,
	prompt: PROMPT,
	params: { prompt: PROMPT, aspectRatio: '16:9', waterMark: 'Apikley' },
	createTime: TIMES.createTime,
};

const ENDED = { ...GENERATING, ...TIMES, isFinal: true, durationSeconds: 90 };

function succeeded(taskId: string) {
	const url = `${lab().simulator.videoBaseUrl}/videos/${taskId}/1.mp4`;
	return {
		...ENDED,
		taskId,
		status: 'succeeded',
		successFlag: 1,
		resolution: '720p',
		canUpgradeTo1080p: true,
		videoUrl: url,
		resultUrls: [url],
	};
}

const REJECTED = {
	...ENDED,
	status: 'failed',
	successFlag: 2,
	errorCode: 400,
	errorMessage: 'Your prompt was flagged by Website as violating content policies.',
	failureKind: 'rejected',
};

function addTasks(...scripts: TaskScript[]) {
	const { createTime } = TIMES;
	lab().simulator.addTasks(
		scripts.map((script) => ({ data: { createTime }, endData: TIMES, ...script })),
	);
}

const items = (...taskIds: string[]) => taskIds.map((taskId) => ({ taskId }));

/** The `data` of the API's answer, as it comes. */
async function recordOf(taskId: string): Promise<IDataObject> {
	const url = `${lab().simulator.baseUrl}/api/v1/veo/record-info?taskId=${taskId}`;
	const answer = await fetch(url, { headers: { authorization: `Bearer ${API_KEY}` } });
	return ((await answer.json()) as { data: IDataObject }).data;
}

describe('Get Status', () => {
	const parameters = { operation: 'getStatus' };

	test('gives one item for each task, every key in it, in the order of the input', async () => {
		addTasks(
			{ taskId: 'primary' },
			{ taskId: 'fallback', ending: { kind: 'succeeded', model: 'fallback' } },
			{ taskId: 'running', ending: { kind: 'never' } },
			{ taskId: 'rejected', ending: { kind: 'failed', successFlag: 2, errorCode: 400 } },
			{ taskId: 'odd', states: [{ data: { successFlag: 7 } }] },
		);
		const { json } = await lab().run({
			items: items('rejected', 'primary', 'odd', 'fallback', 'running'),
			parameters,
		});
		expect(json).toEqual([
			{ taskId: 'rejected', ...REJECTED },
			succeeded('primary'),
			{ taskId: 'odd', ...NOTHING_KNOWN, status: 'unknown', successFlag: 7 },
			{ ...succeeded('fallback'), fallbackFlag: true, canUpgradeTo1080p: false },
			{ taskId: 'running', ...GENERATING },
		]);
	});

	test('looks each task up once, and a task on several items once for all', async () => {
		addTasks({ taskId: 'a' }, { taskId: 'b' });
		const { json } = await lab().run({ items: items('a', 'b', 'a', ' a '), parameters });
		expect(json).toEqual(['a', 'b', 'a', 'a'].map(succeeded));
		expect(lab().simulator.summary().perTask).toEqual({ a: 1, b: 1 });
	});

	test("gives the API's own data untouched, if asked for raw output", async () => {
		addTasks({
			taskId: 'raw',
			forms: { urls: 'jsonString', times: 'spaced' },
			data: { notDocumented: { kept: true } },
		});
		const setup = { items: items('raw'), parameters: { ...parameters, output: 'raw' } };
		const { json } = await lab().run(setup);
		expect(json).toEqual([await recordOf('raw')]);
		expect(json[0]).toMatchObject({ notDocumented: { kept: true } });
	});

	test('tries again where trouble passes', async () => {
		addTasks({
			taskId: 'busy',
			faults: [
				{ kind: 'status', status: 503, body: 'html', retryAfterSeconds: 0 },
				{ kind: 'status', status: 429, retryAfterSeconds: 0 },
			],
		});
		const { json } = await lab().run({ items: items('busy'), parameters });
		expect(json).toEqual([succeeded('busy')]);
		expect(lab().simulator.summary().perTask).toEqual({ busy: 3 });
	});
});

describe('Wait Until Complete', () => {
	const waiting = (polling: IDataObject, more: IDataObject = {}) => ({
		operation: 'waitUntilComplete',
		polling: { interval: 0.2, ...polling },
		...more,
	});

	test('looks a task up until it has ended, and says what that took', async () => {
		addTasks({ taskId: 'third', durationLookups: 2 });
		const { json, run } = await lab().run({ items: items('third'), parameters: waiting({}) });
		const wait = { lookups: 3, waitedSeconds: expect.any(Number), timedOut: false };
		expect(json).toEqual([{ ...succeeded('third'), wait }]);
		const { waitedSeconds } = json[0]?.wait as { waitedSeconds: number };
		expect(waitedSeconds).toBeGreaterThanOrEqual(0.4);
		expect(waitedSeconds).toBeLessThanOrEqual(run.tookMs / 1000);
		expect(lab().simulator.summary().perTask).toEqual({ third: 3 });
	});

	test('waits for all items side by side, and keeps their order', async () => {
		addTasks(
			{ taskId: 'slow', durationLookups: 3 },
			{ taskId: 'quick' },
			{ taskId: 'rejected', ending: { kind: 'failed', successFlag: 2, errorCode: 400 } },
		);
		const setup = { items: items('slow', 'quick', 'slow', 'rejected'), parameters: waiting({}) };
		const { json } = await lab().run(setup);
		const after = (lookups: number) => expect.objectContaining({ lookups, timedOut: false });
		expect(json).toEqual([
			{ ...succeeded('slow'), wait: after(4) },
			{ ...succeeded('quick'), wait: after(1) },
			{ ...succeeded('slow'), wait: after(4) },
			{ taskId: 'rejected', ...REJECTED, wait: after(1) },
		]);
		expect(lab().simulator.summary().perTask).toEqual({ slow: 4, quick: 1, rejected: 1 });
	});

	test.each(['code422', 'http404', 'nullData'] as const)(
		'bears with a task that the API does not know yet (%s)',
		async (unknownAs) => {
			addTasks({ taskId: 'new', unknownForLookups: 2, unknownAs });
			const { json } = await lab().run({ items: items('new'), parameters: waiting({}) });
			expect(json).toMatchObject([{ taskId: 'new', status: 'succeeded', wait: { lookups: 3 } }]);
		},
	);

	test('gives what is known when the wait times out, if so set', async () => {
		addTasks({ taskId: 'never', ending: { kind: 'never' } });
		const parameters = waiting({ interval: 60, timeout: 0.5, onTimeout: 'output' });
		const { json } = await lab().run({ items: items('never'), parameters });
		const wait = { lookups: 2, waitedSeconds: expect.any(Number), timedOut: true };
		expect(json).toEqual([{ taskId: 'never', ...GENERATING, wait }]);
		expect((json[0]?.wait as IDataObject).waitedSeconds).toBeGreaterThanOrEqual(0.5);
	});

	test("gives the API's own data untouched, if asked for raw output", async () => {
		addTasks({ taskId: 'raw', durationLookups: 1 });
		const parameters = waiting({}, { output: 'raw' });
		const { json } = await lab().run({ items: items('raw'), parameters });
		expect(json).toEqual([await recordOf('raw')]);
	});
});

describe('By Status', () => {
	const parameters = { operation: 'getStatus', outputMode: 'byStatus' };
	const ofTask = (taskId: string, status: string) => expect.objectContaining({ taskId, status });

	beforeEach(() =>
		addTasks(
			{ taskId: 'good-1' },
			{ taskId: 'good-2', ending: { kind: 'succeeded', model: 'fallback' } },
			{ taskId: 'rejected', ending: { kind: 'failed', successFlag: 2, errorCode: 400 } },
			{ taskId: 'broken', ending: { kind: 'failed', successFlag: 3 } },
			{ taskId: 'running', ending: { kind: 'never' } },
			{ taskId: 'odd', ending: { kind: 'oddFlag', successFlag: 4 } },
		),
	);

	test('each task leaves through the output of its status, and runs what is behind it', async () => {
		const workflow = lab()
			.workflow({
				items: items('running', 'good-2', 'broken', 'odd', 'rejected', 'good-1'),
				parameters,
			})
			.branch(noOp('Succeeded'), noOp('Failed'), noOp('Still Generating'));
		const { execution, outputs } = await lab().runWorkflow(workflow);
		const expected = [
			[ofTask('good-2', 'succeeded'), ofTask('good-1', 'succeeded')],
			[ofTask('broken', 'failed'), ofTask('rejected', 'failed')],
			[ofTask('running', 'generating'), ofTask('odd', 'unknown')],
		];
		expect(outputs).toEqual(expected);
		const behind = ['Succeeded', 'Failed', 'Still Generating'].map((name) =>
			jsonOf(execution.nodes[name]?.outputs[0]),
		);
		expect(behind).toEqual(expected);
	});

	test('nothing runs behind an output that nothing left through', async () => {
		const workflow = lab()
			.workflow({ items: items('rejected'), parameters })
			.branch(noOp('Succeeded'), noOp('Failed'), noOp('Still Generating'));
		const { execution } = await lab().runWorkflow(workflow);
		expect(Object.keys(execution.nodes)).toEqual(['Start', 'Items', NODE, 'Failed']);
	});
});

describe('Item linking: a later node finds the item that a result came from', () => {
	const rows = ['slow', 'quick', 'failed', 'slow'].map((taskId, row) => ({ taskId, row }));
	const BACK = "={{ $('Items').item.json.row + ' ' + $('Items').item.json.taskId }}";
	const ALL = ['0 slow', '1 quick', '2 failed', '3 slow'];

	test.each([
		['single', [ALL, [], []]],
		['byStatus', [['0 slow', '1 quick', '3 slow'], ['2 failed'], []]],
	])('%s', async (outputMode, expected) => {
		addTasks(
			{ taskId: 'slow', durationLookups: 2 },
			{ taskId: 'quick' },
			{ taskId: 'failed', ending: { kind: 'failed', successFlag: 3 }, durationLookups: 1 },
		);
		const polling = { interval: 0.1 };
		const workflow = lab()
			.workflow({
				items: rows,
				parameters: { operation: 'waitUntilComplete', outputMode, polling },
			})
			.branch(...['First', 'Second', 'Third'].map((name) => setField('back', BACK, name)));
		const { execution } = await lab().runWorkflow(workflow);
		const found = ['First', 'Second', 'Third'].map((name) =>
			jsonOf(execution.nodes[name]?.outputs[0]).map(({ back }) => back),
		);
		expect(found).toEqual(expected);
	});
});

describe('Hints in the saved execution', () => {
	test('tell of an unknown successFlag, the fallback model, and waits that timed out', async () => {
		addTasks(
			{ taskId: 'fine' },
			{ taskId: 'fallback', ending: { kind: 'succeeded', model: 'fallback' } },
			{ taskId: 'odd', ending: { kind: 'oddFlag', successFlag: 9 } },
		);
		const polling = { interval: 0.2, timeout: 0.3, onTimeout: 'output' };
		const { run } = await lab().run({
			items: items('fine', 'fallback', 'odd'),
			parameters: { operation: 'waitUntilComplete', polling },
		});
		expect(run.hints.map(({ message }) => message)).toEqual([
			expect.stringMatching(/^1 of 3 items: .*successFlag outside 0 to 3/),
			expect.stringMatching(/^1 of 3 items: .*fallback model/),
			expect.stringMatching(/^1 of 3 items: .*timed out/),
		]);
	});

	test('are not there when all is well', async () => {
		addTasks({ taskId: 'fine' });
		const { run } = await lab().run({
			items: items('fine'),
			parameters: { operation: 'getStatus' },
		});
		expect(run.hints).toEqual([]);
	});
});
