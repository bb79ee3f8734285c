import { answerToAgent } from './support/agent.mjs';
import {
	credential,
	jsonOf,
	pairsOf,
	run,
	simulator,
	useSimulator,
	waiting,
	type Task,
} from './support/simulated.mjs';

useSimulator();

const idsOf = (items: ReturnType<typeof jsonOf>) => items.map(({ taskId }) => taskId);

const SUCCEEDED: Task = { taskId: 'succeeded' };
const FALLBACK: Task = { taskId: 'fallback', ending: { kind: 'succeeded', model: 'fallback' } };
const REJECTED: Task = {
	taskId: 'rejected',
	ending: { kind: 'failed', successFlag: 2, errorCode: 400 },
};
const BROKEN: Task = {
	taskId: 'broken',
	ending: { kind: 'failed', successFlag: 3, errorCode: 501 },
};
const GENERATING: Task = { taskId: 'generating', ending: { kind: 'never' } };
const ODD: Task = { taskId: 'odd', ending: { kind: 'oddFlag', successFlag: 7 } };

describe('items', () => {
	test('keep the order of the input, whichever task is answered first', async () => {
		const tasks = [60, 0, 30, 0].map((ms, n) => ({
			taskId: `t${n}`,
			faults: [{ kind: 'delay' as const, ms }],
		}));
		const result = await run({ tasks });
		expect(idsOf(jsonOf(result))).toEqual(['t0', 't1', 't2', 't3']);
		expect(simulator.requests().map(({ taskId }) => taskId)).toEqual(['t0', 't1', 't2', 't3']);
		expect(pairsOf(result.outputs[0])).toEqual([0, 1, 2, 3].map((item) => ({ item })));
	});

	test('keep the order of the input, whichever task has ended first', async () => {
		const tasks = [3, 0, 2, 1].map((durationLookups, n) => ({ taskId: `t${n}`, durationLookups }));
		const result = await run({ tasks, parameters: waiting() });
		expect(idsOf(jsonOf(result))).toEqual(['t0', 't1', 't2', 't3']);
		expect(jsonOf(result).map(({ wait }) => wait)).toMatchObject(
			[4, 1, 3, 2].map((lookups) => ({ lookups, timedOut: false })),
		);
	});

	test('with the same task ID are answered from one lookup', async () => {
		const result = await run({
			items: ['a', 'b', 'a', ' a '].map((taskId) => ({ taskId })),
			onError: 'continueRegularOutput',
		});
		expect(simulator.summary().perTask).toEqual({ a: 1, b: 1 });
		expect(idsOf(jsonOf(result))).toEqual(['a', 'b', 'a', 'a']);
		expect(pairsOf(result.outputs[0])).toEqual([0, 1, 2, 3].map((item) => ({ item })));
	});

	test('with the same task ID are answered from one wait', async () => {
		simulator.addTask({ taskId: 'a', durationLookups: 2 });
		const result = await run({
			items: [{ taskId: 'a' }, { taskId: 'a' }, { taskId: 'a' }],
			parameters: waiting(),
		});
		expect(simulator.summary().perTask).toEqual({ a: 3 });
		const items = jsonOf(result);
		expect(items).toHaveLength(3);
		expect(items[1]).toEqual(items[0]);
		expect(items[2]).toEqual(items[0]);
	});

	test('each have their own parameters', async () => {
		simulator.addTasks([REJECTED, SUCCEEDED]);
		const result = await run({
			items: [
				{ taskId: 'rejected', then: 'output', form: 'raw' },
				{ taskId: 'succeeded', then: 'error', form: 'structured' },
				{ taskId: 'rejected', then: 'error', form: 'raw' },
			],
			parameters: { failedTask: '={{ $json.then }}', output: '={{ $json.form }}' },
			onError: 'continueRegularOutput',
		});
		expect(jsonOf(result)).toMatchObject([
			{ successFlag: 2, paramJson: expect.any(String) as string },
			{ status: 'succeeded' },
			{ taskId: 'rejected', code: 400, message: expect.any(String) as string },
		]);
		expect(simulator.summary().perTask).toEqual({ rejected: 1, succeeded: 1 });
	});

	test('none: nothing is asked, nothing comes out', async () => {
		const result = await run({ tasks: [] });
		expect(result).toMatchObject({ status: 'success', error: null });
		expect(simulator.summary().requests).toBe(0);
	});
});

describe('the three outputs of byStatus', () => {
	const byStatus = { outputMode: 'byStatus' };
	const tasks = [GENERATING, SUCCEEDED, REJECTED, ODD, FALLBACK, BROKEN];

	test('Succeeded, Failed, Still Generating, each item linked to its own', async () => {
		const { outputs } = await run({ tasks, parameters: byStatus });
		expect(outputs.map((items) => items.map(({ json }) => json.taskId))).toEqual([
			['succeeded', 'fallback'],
			['rejected', 'broken'],
			['generating', 'odd'],
		]);
		expect(outputs.map(pairsOf)).toEqual([
			[{ item: 1 }, { item: 4 }],
			[{ item: 2 }, { item: 5 }],
			[{ item: 0 }, { item: 3 }],
		]);
	});

	test('an output that nothing leaves through is empty', async () => {
		const { outputs } = await run({ tasks: [REJECTED], parameters: byStatus });
		expect(outputs.map((items) => items.length)).toEqual([0, 1, 0]);
	});

	test('raw items go the same ways', async () => {
		const { outputs } = await run({ tasks, parameters: { ...byStatus, output: 'raw' } });
		expect(outputs.map((items) => items.map(({ json }) => json.successFlag))).toEqual([
			[1, 1],
			[2, 3],
			[0, 7],
		]);
	});

	test('a wait that timed out leaves through Still Generating', async () => {
		const parameters = waiting({ timeout: 0.05, onTimeout: 'output' }, byStatus);
		const { outputs } = await run({ tasks: [SUCCEEDED, GENERATING], parameters });
		expect(outputs.map((items) => items.map(({ json }) => json.taskId))).toEqual([
			['succeeded'],
			[],
			['generating'],
		]);
	});

	test('with On Error: continue a failure is an item of Failed, or of Still Generating if it may pass', async () => {
		const busy = { taskId: 'busy', faults: [{ kind: 'status' as const, status: 503 }] };
		const { outputs } = await run({
			tasks: ['unknown', busy, SUCCEEDED],
			parameters: { ...byStatus, options: { maxRetries: 0 } },
			onError: 'continueRegularOutput',
		});
		expect(outputs.map((items) => items.map(({ json }) => json.taskId))).toEqual([
			['succeeded'],
			['unknown'],
			['busy'],
		]);
		expect(outputs.map(pairsOf)).toEqual([[{ item: 2 }], [{ item: 0 }], [{ item: 1 }]]);
	});

	test('with On Error: error output there is a fourth one, for failures alone', async () => {
		const { outputs } = await run({
			tasks: ['unknown', SUCCEEDED, REJECTED],
			parameters: byStatus,
			onError: 'continueErrorOutput',
		});
		expect(outputs.map((items) => items.map(({ json }) => json.taskId))).toEqual([
			['succeeded'],
			['rejected'],
			[],
			['unknown'],
		]);
		expect(outputs.map(pairsOf)).toEqual([[{ item: 1 }], [{ item: 2 }], [], [{ item: 0 }]]);
	});
});

describe('a task that ended in failure', () => {
	test('is data', async () => {
		const result = await run({ tasks: [REJECTED, BROKEN] });
		expect(result.error).toBeNull();
		expect(jsonOf(result)).toMatchObject([{ status: 'failed' }, { status: 'failed' }]);
	});

	test.each([
		[REJECTED, /rejected.*flagged.*\(400\)\. Change the prompt or the image/],
		[BROKEN, /broken.*Video generation task failed \(501\)\. .*creating the same task again/],
	])('is an error, if so wished', async (task, message) => {
		const result = await run({ tasks: [task], parameters: { failedTask: 'error' } });
		expect(result.status).toBe('error');
		expect(result.error?.message).toMatch(message);
	});

	test('is an error after a wait, too', async () => {
		const task = { ...REJECTED, durationLookups: 2 } as Task;
		const result = await run({ tasks: [task], parameters: waiting({}, { failedTask: 'error' }) });
		expect(result.error?.message).toMatch(/^Task rejected ended in failure: .*\(400\)/);
	});
});

describe('hints', () => {
	test('say how many videos the fallback model made, and how many flags are unknown', async () => {
		const { hints } = await run({
			tasks: [SUCCEEDED, ODD, FALLBACK, { ...FALLBACK, taskId: 'f' }],
		});
		expect(hints.map(({ message }) => message)).toEqual([
			expect.stringMatching(/^1 of 4 items: .*successFlag/),
			expect.stringMatching(/^2 of 4 items: .*fallback model.*can't be upgraded to 1080p/),
		]);
	});

	test('say how many waits timed out', async () => {
		const parameters = waiting({ timeout: 0.05, onTimeout: 'output' });
		const { hints } = await run({ tasks: [SUCCEEDED, GENERATING], parameters });
		expect(hints.map(({ message }) => message)).toContainEqual(
			expect.stringMatching(/^1 of 2 items: the wait timed out/),
		);
	});

	test('there are none where all is as it should be', async () => {
		expect((await run({ tasks: [SUCCEEDED, REJECTED, GENERATING] })).hints).toEqual([]);
	});
});

describe('bad input', () => {
	const ODD_IDS = [
		'veo?task=1',
		'a&b=c#d/e',
		'задача 🎬',
		'../../keys',
		'%2F',
		'a+b',
		'x'.repeat(1024),
	];

	test('an odd task ID is asked for as it is', async () => {
		const result = await run({ tasks: ODD_IDS.map((taskId) => ({ taskId })) });
		expect(simulator.requests().map(({ taskId }) => taskId)).toEqual(ODD_IDS);
		expect(jsonOf(result)).toMatchObject(
			ODD_IDS.map((taskId) => ({ taskId, status: 'succeeded' })),
		);
	});

	test('a task ID is trimmed', async () => {
		simulator.addTask({ taskId: 't' });
		const result = await run({ items: [{ taskId: '\n t\t' }] });
		expect(jsonOf(result)).toMatchObject([{ taskId: 't', status: 'succeeded' }]);
	});

	test('a number is a task ID, too', async () => {
		simulator.addTask({ taskId: '1234567' });
		const result = await run({ items: [{ taskId: 1234567 }] });
		expect(jsonOf(result)).toMatchObject([{ taskId: '1234567', status: 'succeeded' }]);
	});

	test.each<[string, unknown, RegExp]>([
		['empty', '', /Task ID is empty/],
		['blank', ' \t\n', /Task ID is empty/],
		['null', null, /Task ID is empty/],
		['a list', ['a', 'b'], /Task ID is a list/],
		['an object', { id: 'a' }, /Task ID must be text, but is an object/],
		['a boolean', true, /Task ID must be text, but is true/],
		['10,000 characters', 'x'.repeat(10_000), /Task ID has 10000 characters/],
	])('a task ID that is none (%s): said before any request', async (_, taskId, message) => {
		const items = [{ taskId: 'good' }, { taskId }] as never;
		const stopped = await run({ items });
		expect(stopped.status).toBe('error');
		expect(stopped.error?.message).toMatch(message);
		expect(stopped.error?.context).toMatchObject({ itemIndex: 1 });
		expect(simulator.summary().requests).toBe(0);
	});

	test('a bad task ID does the other items no harm', async () => {
		simulator.addTasks([SUCCEEDED, REJECTED]);
		const result = await run({
			items: [{ taskId: 'succeeded' }, { taskId: '' }, { taskId: ['a'] }, { taskId: 'rejected' }],
			onError: 'continueRegularOutput',
		});
		expect(jsonOf(result)).toMatchObject([
			{ taskId: 'succeeded', status: 'succeeded' },
			{ taskId: '', code: 'INVALID_INPUT', message: expect.stringMatching(/is empty/) as string },
			{ code: 'INVALID_INPUT', message: expect.stringMatching(/is a list/) as string },
			{ taskId: 'rejected', status: 'failed' },
		]);
		expect(pairsOf(result.outputs[0])).toEqual([0, 1, 2, 3].map((item) => ({ item })));
		expect(simulator.summary().requests).toBe(2);
	});

	test.each([
		[{ interval: 0 }, /Interval must be a number of seconds, greater than 0.* but is 0\./],
		[{ interval: -5 }, /Interval must be .* but is -5\./],
		[{ interval: '={{ Number("x") }}' }, /Interval must be .* but is NaN\./],
		[{ interval: 'often' }, /Interval must be .* but is "often"\./],
		[{ interval: '={{ [1] }}' }, /Interval must be .* but is \[1\]\./],
		[{ timeout: -1 }, /Timeout must be .* but is -1\./],
		[{ timeout: '={{ Infinity }}' }, /Timeout must be .* but is Infinity\./],
		[{ backoffFactor: 0.5 }, /Backoff Factor must be .*1 or more.* but is 0.5\./],
		[{ initialDelay: -1 }, /Initial Delay must be .* but is -1\./],
		[{ maxInterval: 0 }, /Max Interval must be .* but is 0\./],
	])('polling %p: said before any request', async (polling, message) => {
		const result = await run({ tasks: [SUCCEEDED], parameters: waiting(polling) });
		expect(result.error?.message).toMatch(message);
		expect(simulator.summary().requests).toBe(0);
	});

	test('polling that only one item gets wrong does the other items no harm', async () => {
		simulator.addTask(SUCCEEDED);
		const result = await run({
			items: [0.02, 0, 0.02].map((every) => ({ taskId: 'succeeded', every })),
			parameters: waiting({ interval: '={{ $json.every }}' }),
			onError: 'continueRegularOutput',
		});
		expect(jsonOf(result)).toMatchObject([
			{ status: 'succeeded' },
			{ taskId: 'succeeded', code: 'INVALID_INPUT' },
			{ status: 'succeeded' },
		]);
	});

	test.each([
		[{ maxConcurrency: 0 }, /Max Concurrency must be a whole number, 1 or more.* but is 0\./],
		[{ maxConcurrency: 1.5 }, /Max Concurrency must be .* but is 1.5\./],
		[{ requestsPerSecond: -1 }, /Requests per Second must be .* but is -1\./],
		[{ requestTimeout: 0 }, /Request Timeout must be .* but is 0\./],
		[{ maxRetries: -1 }, /Max Retries must be .* but is -1\./],
	])('options %p: said before any request', async (options, message) => {
		const result = await run({ tasks: [SUCCEEDED], parameters: { options } });
		expect(result.error?.message).toMatch(message);
		expect(simulator.summary().requests).toBe(0);
	});
});

describe('the Base URL', () => {
	test.each([
		['', /Base URL of the credential is empty/],
		['api.example.com', /Base URL must begin with https:\/\//],
		[
			'http://api.example.com',
			/must begin with https:\/\/: over http:\/\/ the API key would travel/,
		],
		['https://', /Base URL can't be read as an address/],
		['https://user:secret@api.example.com', /must not hold a user name or password/],
		['https://api.example.com/?a=b', /must end before any "\?" or "#"/],
	])('%p is refused', async (baseUrl, message) => {
		const result = await run({ tasks: ['t'], credential: { apiKey: 'test-key', baseUrl } });
		expect(result.error?.message).toMatch(message);
	});

	test.each(['/', '///'])('may end with %s', async (end) => {
		const { apiKey, baseUrl } = credential();
		const result = await run({
			tasks: [SUCCEEDED],
			credential: { apiKey, baseUrl: ` ${baseUrl}${end}` },
		});
		expect(jsonOf(result)).toMatchObject([{ status: 'succeeded' }]);
	});

	test('may have a path', async () => {
		const { apiKey, baseUrl } = credential();
		await run({ tasks: ['t'], credential: { apiKey, baseUrl: `${baseUrl}/proxy/apikley/` } });
		expect(simulator.requests().map(({ path }) => path)).toEqual([
			'/proxy/apikley/api/v1/veo/record-info?taskId=t',
		]);
	});

	test("that is wrong is every item's problem", async () => {
		const result = await run({
			tasks: ['a', 'b'],
			credential: { apiKey: 'test-key', baseUrl: 'nowhere' },
			onError: 'continueRegularOutput',
		});
		expect(jsonOf(result)).toMatchObject([
			{ taskId: 'a', code: 'INVALID_INPUT' },
			{ taskId: 'b', code: 'INVALID_INPUT' },
		]);
	});
});

describe('as a tool of an AI agent', () => {
	const parameters = { taskId: "={{ $fromAI('taskId', 'ID of the task', 'string') }}" };

	test.each([SUCCEEDED, REJECTED, GENERATING] as const)(
		'it answers whatever the status, though it is set to byStatus',
		async (task) => {
			simulator.addTask(task);
			const { answer } = await answerToAgent(
				{ ...parameters, outputMode: 'byStatus' },
				{ taskId: task.taskId },
				credential(),
			);
			expect(answer).toMatchObject([
				{ taskId: task.taskId, status: task.taskId === 'rejected' ? 'failed' : task.taskId },
			]);
		},
	);

	test('it waits', async () => {
		simulator.addTask({ taskId: 't', durationLookups: 2 });
		const { answer } = await answerToAgent(
			{ ...parameters, ...waiting() },
			{ taskId: 't' },
			credential(),
		);
		expect(answer).toMatchObject([{ status: 'succeeded', wait: { lookups: 3 } }]);
	});

	test('its failure is an error that the agent can read', async () => {
		const { answer, error } = await answerToAgent(parameters, { taskId: 'unknown' }, credential());
		expect(answer).toBeUndefined();
		expect(error).toMatch(/unknown.*older than 14 days/);
	});
});
