import type { INodeParameters } from 'n8n-workflow';

import { createdWithoutId } from '../simulator/creation-plan.mjs';
import { AGENT_VERSIONS, runAsTool } from './support/agent.mjs';
import {
	credential,
	failing,
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
	const busy = failing('busy', { kind: 'status', status: 503 });

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

	test.each(['getStatus', 'download'])(
		'outputs a failed task on Failed without a hint, whatever If a Task Failed says (%s)',
		async (operation) => {
			const parameters = { ...byStatus, operation, failedTask: 'error' };
			const { error, outputs, hints } = await run({ tasks: [REJECTED], parameters });
			expect(error).toBeNull();
			expect(outputs.map(linksOf)).toEqual([[], [['rejected', 0]], []]);
			expect(hints).toEqual([]);
		},
	);

	test('outputs a problem on Failed only if there is certainly no task, with On Error: Continue', async () => {
		const tooOld = failing('too old', { kind: 'code', code: 422, msg: 'Older than 14 days.' });
		const { outputs } = await run({
			tasks: [
				'unknown',
				busy,
				failing('forbidden', { kind: 'status', status: 403 }),
				failing('no credits', { kind: 'code', code: 402 }),
				failing('page', { kind: 'status', status: 404, body: 'html' }),
				tooOld,
				'',
				SUCCEEDED,
			],
			parameters: { ...byStatus, options: { maxRetries: 0 } },
			onError: 'continueRegularOutput',
		});
		expect(outputs.map(linksOf)).toEqual([
			[['succeeded', 7]],
			[
				['unknown', 0],
				['too old', 5],
				['', 6],
			],
			[
				['busy', 1],
				['forbidden', 2],
				['no credits', 3],
				['page', 4],
			],
		]);
	});

	test('has a fourth output that only gets problems, in order, with On Error: Continue (using error output)', async () => {
		const { outputs } = await run({
			tasks: ['unknown', SUCCEEDED, busy, REJECTED, '', { ...busy, taskId: 'busy too' }],
			parameters: { ...byStatus, options: { maxRetries: 0 } },
			onError: 'continueErrorOutput',
		});
		expect(outputs.map(linksOf)).toEqual([
			[['succeeded', 1]],
			[['rejected', 3]],
			[],
			[
				['unknown', 0],
				['busy', 2],
				['', 4],
				['busy too', 5],
			],
		]);
	});
});

test.each([
	[REJECTED, '400'],
	[BROKEN, '501'],
])('a failed task is data with a hint that says why, or an error if wanted', async (task, type) => {
	const result = await run({ tasks: [task] });
	const [item] = jsonOf(result);
	expect(item).toMatchObject({ status: 'failed' });
	expect(result.hints).toMatchObject([
		{ message: expect.stringContaining(String(item?.errorMessage).replace(/\.$/, '')) as string },
	]);
	const { error } = await run({ tasks: [task], parameters: { failedTask: 'error' } });
	expect(error?.type).toBe(type);
});

test('a failed task of Download is an error, unless data is wanted', async () => {
	const { error } = await run({ tasks: [REJECTED], parameters: { operation: 'download' } });
	expect(error?.type).toBe('400');
	const parameters = { operation: 'download', failedTask: 'output' };
	const result = await run({ tasks: [REJECTED], parameters });
	expect(jsonOf(result)).toMatchObject([{ status: 'failed' }]);
});

test('hints on the node name the tasks that they apply to', async () => {
	const tasks = [SUCCEEDED, ODD, FALLBACK, { ...FALLBACK, taskId: 'f' }];
	const { hints } = await run({ tasks });
	expect(hints.map(({ message }) => message)).toEqual([
		expect.stringMatching(/^1 of 4 items \(odd\): .*successFlag/),
		expect.stringMatching(/^2 of 4 items \(fallback, f\): .*fallback model/),
	]);
	expect((await run({ tasks: [SUCCEEDED, GENERATING] })).hints).toEqual([]);
});

describe('a task ID', () => {
	test('reaches the API unchanged, whatever its characters', async () => {
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

	test('may have quotes and invisible characters around it', async () => {
		simulator.addTask({ taskId: 'veo_1' });
		const items = ['"veo_1"', "'veo_1'", '\u200bveo_1\u2060', ' \u200e"veo_1" '].map((taskId) => ({
			taskId,
		}));
		const result = await run({ items });
		expect(jsonOf(result)).toMatchObject(
			items.map(() => ({ taskId: 'veo_1', status: 'succeeded' })),
		);
		expect(simulator.summary().requests).toBe(1);
	});

	test('that is too large a number is a problem, without any request', async () => {
		const parameters = { taskId: '={{ 7615917337495251231 }}' };
		const { error } = await run({ tasks: ['t'], parameters });
		expect(error).toMatchObject({
			type: 'INVALID_INPUT',
			message: expect.stringMatching(/digits/) as string,
		});
		expect(simulator.summary().requests).toBe(0);
	});

	test('whose expression finds nothing is not advised to use that expression', async () => {
		const { error } = await run({
			items: [{ code: 402, data: null }],
			parameters: { taskId: '={{ $json.data?.taskId }}' },
		});
		expect(error?.type).toBe('INVALID_INPUT');
		expect(error?.message).toMatch(/expression/);
		expect(error?.description).not.toContain('$json');
	});
});

test.each(['///', '/api', '/api/v1/', '/api/v1/veo/record-info'])(
	'the Base URL may have a path, blanks around it, and %s at its end',
	async (end) => {
		const { apiKey, baseUrl } = credential();
		await run({
			tasks: ['t'],
			credential: { apiKey, baseUrl: ` ${baseUrl}/proxy/apikley${end} ` },
		});
		expect(simulator.requests().map(({ path }) => path)).toEqual([
			'/proxy/apikley/api/v1/veo/record-info?taskId=t',
		]);
	},
);

describe.each(AGENT_VERSIONS)('the tool of an AI agent %s', (version) => {
	const parameters = { taskId: "={{ $fromAI('taskId', 'ID of the task', 'string') }}" };
	const call = async (taskId: string, more: INodeParameters = {}) =>
		await runAsTool({ ...parameters, ...more }, { taskId }, credential(), version);

	test('responds with any status, even if Outputs is set to By Status', async () => {
		simulator.addTask(REJECTED);
		const { response } = await call('rejected', { outputMode: 'byStatus' });
		expect(response).toMatchObject([{ taskId: 'rejected', status: 'failed' }]);
	});

	test('fails for a failed task if that is an error, even if Outputs is set to By Status', async () => {
		simulator.addTask(REJECTED);
		const result = await call('rejected', { outputMode: 'byStatus', failedTask: 'error' });
		expect(toldBy(result)).toMatch(/rejected failed/);
	});

	test('waits in memory, even if Park the Execution was set before the node became a tool', async () => {
		simulator.addTask({ taskId: 't', durationLookups: 2 });
		const { response } = await call('t', { ...waiting({ parkAfter: 0 }), whileWaiting: 'park' });
		expect(response).toMatchObject([{ status: 'succeeded', wait: { lookups: 3 } }]);
	});

	test('takes nothing that the model or a stranger says for a parked run', async () => {
		simulator.addTask({ taskId: 't' });
		const apikleyVeoParked = { until: Date.now() + 3_600_000, state: null };
		const args = { taskId: 't', apikleyVeoParked };
		const { response } = await runAsTool(parameters, args, credential(), version);
		expect(response).toMatchObject([{ taskId: 't', status: 'succeeded' }]);
	});

	test('tells the model not to create a task again that may exist', async () => {
		simulator.planCreations('*', [createdWithoutId()]);
		const creation = { resource: 'video', operation: 'generate', prompt: 'A dog' };
		const result = await call('', { ...creation, waitForCompletion: false });
		expect(toldBy(result)).toMatch(/may exist and be paid, so it was not created again/);
		expect(simulator.ledger({ accepted: true })).toHaveLength(1);
	});
});

/** All that the model gets to know of a call that fails. */
function toldBy({ response, error }: Awaited<ReturnType<typeof runAsTool>>): string {
	return JSON.stringify(response ?? error);
}
