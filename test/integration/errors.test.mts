import type { FaultStep } from '../simulator/faults.mjs';
import type { UnknownForm } from '../simulator/task-script.mjs';
import { runAsTool } from './support/agent.mjs';
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

const GOOD: Task = { taskId: 'good' };

test.each(['http401', 'code401'] as const)(
	'a rejected key (%s) is an error of every item, without further requests',
	async (authRejection) => {
		simulator.setOptions({ authRejection });
		const tasks = ['a', 'b', 'c', 'd', 'e', 'f'];
		const result = await run({
			tasks,
			parameters: waiting({}, { options: { maxConcurrency: 2 } }),
			credential: { ...credential(), apiKey: 'wrong-key' },
			onError: 'continueRegularOutput',
		});
		expect(jsonOf(result)).toMatchObject(tasks.map((taskId) => ({ taskId, code: 401 })));
		expect(simulator.summary().requests).toBeLessThanOrEqual(2);
	},
);

test.each<[UnknownForm, string]>([
	['code422', '422'],
	['code404', '404'],
	['http422', '422'],
	['http404', '404'],
	['nullData', '404'],
])(
	'a task that the API does not know (%s) is an error without a retry',
	async (unknownAs, type) => {
		simulator.setOptions({ unknownAs });
		const { error } = await run({ tasks: ['veo_1'] });
		expect(error).toMatchObject({ type, httpCode: type });
		expect(simulator.summary().requests).toBe(1);
	},
);

test.each<[string, FaultStep]>([
	['HTTP status', { kind: 'status', status: 403, msg: 'Not for you.' }],
	['code in the body of HTTP 200', { kind: 'code', code: 403, msg: 'Not for you.' }],
])(
	"a rejection by the API (%s) is an error with the API's text, without a retry",
	async (_, fault) => {
		const { error } = await run({ tasks: [failing('t', fault)], parameters: waiting() });
		expect(error).toMatchObject({
			type: '403',
			httpCode: '403',
			message: expect.stringMatching(/task t \(403\): Not for you\.$/) as string,
			description: expect.stringMatching(/key may use this API/) as string,
		});
		expect(simulator.summary().requests).toBe(1);
	},
);

describe('On Error', () => {
	const busy = failing('busy', { kind: 'status', status: 503, msg: 'Full' });
	const rejected = failing('rejected', { kind: 'status', status: 403, msg: 'No.' });
	const failed = { taskId: 'failed', ending: { kind: 'failed', successFlag: 3 } } satisfies Task;
	const never: Task = { taskId: 'never', ending: { kind: 'never' } };
	const tasks = [GOOD, 'unknown', busy, rejected, failed, never, { taskId: 'last' }];
	const parameters = waiting({ timeout: 0.5 }, { failedTask: 'error', options: { maxRetries: 0 } });
	const failures = [
		['unknown', 422],
		['busy', 503],
		['rejected', 403],
		['failed', 501],
		['never', 'WAIT_TIMED_OUT'],
	].map(([taskId, code]) => ({ taskId, code, message: expect.any(String) as string }));

	test('Stop Workflow ends the execution with the error at its item', async () => {
		const { status, outputs, error, saved } = await run({ tasks: [GOOD, 'unknown'] });
		expect(status).toBe('error');
		expect(outputs).toEqual([]);
		expect(error).toMatchObject({ type: '422', context: { itemIndex: 1 } });
		expect(saved).toContain('"type":"422"');
	});

	test('Stop Workflow does not wait for the other items', async () => {
		const hanging = failing('hanging', { kind: 'hang' });
		const options = { requestTimeout: 0.5, maxRetries: 9 };
		const { error } = await run({ tasks: [hanging, 'unknown'], parameters: { options } });
		expect(error?.type).toBe('422');
		expect(simulator.summary().open).toBe(1);
		// Only n8n's Stop button ends a request early. This one ends after its timeout.
		await simulator.waitFor({ open: 0, closedByClient: 1 });
		expect(simulator.summary().perTask).toEqual({ hanging: 1, unknown: 1 });
	});

	test('Stop Workflow says how many other items were fine, and how to keep them', async () => {
		const unfinished = failing('unfinished', { kind: 'hang' });
		const later: Task = { ...failed, faults: [{ kind: 'delay', ms: 200 }] };
		const { error } = await run({
			tasks: [GOOD, unfinished, later, { taskId: 'fine' }],
			parameters: { failedTask: 'error', options: { requestTimeout: 1 } },
		});
		expect(error?.type).toBe('501');
		expect(error?.description).toMatch(/ 2 of the 3 other items .* On Error .* Continue/);
		const single = await run({ tasks: [failed], parameters: { failedTask: 'error' } });
		expect(single.error?.description).not.toContain('other items');
	});

	test('Continue outputs every failure as an item in its place', async () => {
		const result = await run({ tasks, parameters, onError: 'continueRegularOutput' });
		expect(result).toMatchObject({ status: 'success', error: null });
		const items = jsonOf(result);
		expect(items.slice(1, 6)).toEqual(failures);
		expect([items[0], items[6]]).toMatchObject([
			{ taskId: 'good', status: 'succeeded' },
			{ taskId: 'last', status: 'succeeded' },
		]);
		expect(linksOf(result.outputs[0])).toEqual(items.map(({ taskId }, item) => [taskId, item]));
	});

	test('Continue (using error output) outputs every failure there, linked to its input', async () => {
		const { outputs } = await run({ tasks, parameters, onError: 'continueErrorOutput' });
		expect(linksOf(outputs[0])).toEqual([
			['good', 0],
			['last', 6],
		]);
		expect(outputs[1]?.map(({ json }) => json)).toEqual(failures);
		expect(linksOf(outputs[1])).toEqual(failures.map(({ taskId }, index) => [taskId, index + 1]));
	});

	test("an item's message is the error's title and description", async () => {
		const { error } = await run({ tasks: ['unknown'] });
		const [item] = jsonOf(await run({ tasks: ['unknown'], onError: 'continueRegularOutput' }));
		expect(item?.message).toBe(`${error?.message} ${error?.description}`);
	});
});

test("an agent reads an error's title and description", async () => {
	const { error } = await run({ tasks: ['unknown'] });
	const tool = await runAsTool({ taskId: 'unknown' }, {}, credential());
	expect(tool.response).toBeUndefined();
	expect(tool.error).toContain(error?.message);
	expect(tool.error).toContain(error?.description);
});
