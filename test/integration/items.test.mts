import { runAsTool } from './support/agent.mjs';
import {
	credential,
	jsonOf,
	linksOf,
	run,
	simulator,
	useSimulator,
	waiting,
	type Task,
} from './support/simulated.mjs';

useSimulator();

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
	test('keep the order of the input, whichever task completes first', async () => {
		const tasks = [3, 0, 2, 1].map((durationLookups, n) => ({ taskId: `t${n}`, durationLookups }));
		const result = await run({ tasks, parameters: waiting() });
		expect(linksOf(result.outputs[0])).toEqual(tasks.map(({ taskId }, item) => [taskId, item]));
		expect(jsonOf(result).map(({ wait }) => wait)).toMatchObject(
			[4, 1, 3, 2].map((lookups) => ({ lookups, timedOut: false })),
		);
	});

	test('each have their own parameters', async () => {
		simulator.addTasks([REJECTED, SUCCEEDED]);
		const result = await run({
			items: [
				{ taskId: 'rejected', onFailed: 'output', format: 'raw', interval: 0.02 },
				{ taskId: 'succeeded', onFailed: 'error', format: 'structured', interval: 0.02 },
				{ taskId: 'rejected', onFailed: 'error', format: 'raw', interval: 0.02 },
				{ taskId: 'succeeded', onFailed: 'output', format: 'raw', interval: 0 },
			],
			parameters: waiting(
				{ interval: '={{ $json.interval }}' },
				{ failedTask: '={{ $json.onFailed }}', output: '={{ $json.format }}' },
			),
			onError: 'continueRegularOutput',
		});
		expect(jsonOf(result)).toMatchObject([
			{ successFlag: 2, paramJson: expect.any(String) as string },
			{ status: 'succeeded' },
			{ taskId: 'rejected', code: 400 },
			{ taskId: 'succeeded', code: 'INVALID_INPUT' },
		]);
		expect(simulator.summary().perTask).toEqual({ rejected: 1, succeeded: 1 });
	});
});

describe('Outputs set to By Status', () => {
	const byStatus = { outputMode: 'byStatus' };

	test('outputs each item by its status, linked to its input', async () => {
		const tasks = [GENERATING, SUCCEEDED, REJECTED, ODD, FALLBACK, BROKEN];
		const { outputs } = await run({ tasks, parameters: byStatus });
		expect(outputs.map(linksOf)).toEqual([
			[
				['succeeded', 1],
				['fallback', 4],
			],
			[
				['rejected', 2],
				['broken', 5],
			],
			[
				['generating', 0],
				['odd', 3],
			],
		]);
	});

	test('has a fourth output that only gets problems, with On Error: Continue (using error output)', async () => {
		const { outputs } = await run({
			tasks: ['unknown', SUCCEEDED, REJECTED],
			parameters: byStatus,
			onError: 'continueErrorOutput',
		});
		expect(outputs.map(linksOf)).toEqual([
			[['succeeded', 1]],
			[['rejected', 2]],
			[],
			[['unknown', 0]],
		]);
	});
});

test('a task ID reaches the API unchanged, whatever its characters', async () => {
	const ids = [
		'veo?task=1',
		'a&b=c#d/e',
		'задача 🎬',
		'../../keys',
		'%2F',
		'a+b',
		'x'.repeat(1024),
		1234567,
	];
	simulator.addTasks(ids.map((taskId) => ({ taskId: String(taskId) })));
	const result = await run({ items: ids.map((taskId) => ({ taskId })) });
	expect(simulator.requests().map(({ taskId }) => taskId)).toEqual(ids.map(String));
	expect(jsonOf(result)).toMatchObject(
		ids.map((taskId) => ({ taskId: String(taskId), status: 'succeeded' })),
	);
});

describe('the tool of an AI agent', () => {
	const parameters = { taskId: "={{ $fromAI('taskId', 'ID of the task', 'string') }}" };

	test('responds with any status, even if Outputs is set to By Status', async () => {
		simulator.addTask(REJECTED);
		const { response } = await runAsTool(
			{ ...parameters, outputMode: 'byStatus' },
			{ taskId: 'rejected' },
			credential(),
		);
		expect(response).toMatchObject([{ taskId: 'rejected', status: 'failed' }]);
	});

	test('waits', async () => {
		simulator.addTask({ taskId: 't', durationLookups: 2 });
		const { response } = await runAsTool(
			{ ...parameters, ...waiting() },
			{ taskId: 't' },
			credential(),
		);
		expect(response).toMatchObject([{ status: 'succeeded', wait: { lookups: 3 } }]);
	});
});
