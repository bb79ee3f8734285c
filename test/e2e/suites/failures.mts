import type { IDataObject } from 'n8n-workflow';

import { setField } from '../../n8n-harness/workflows.mjs';
import type { TaskScript } from '../../simulator/task-script.mjs';
import { jsonOf, NODE, lab, type NodeSetup } from '../support/test-bed.mjs';

const OK: TaskScript = { taskId: 'ok' };
const FAILED: TaskScript = {
	taskId: 'failed',
	ending: { kind: 'failed', successFlag: 3, errorCode: 501 },
};
const NEVER: TaskScript = { taskId: 'never', ending: { kind: 'never' } };

const ofTask = (taskId: string, status: string) => expect.objectContaining({ taskId, status });

/** A failure as an item: these keys, and on the error output those of the input item. */
const failure = (
	taskId: unknown,
	code: unknown,
	words: string | RegExp,
	input: IDataObject = {},
) => ({
	...input,
	taskId,
	code,
	message: expect.stringMatching(words),
});

/** One lookup each of a task that is fine, of one the API does not know, and of one that failed. */
const threeFates = (onError: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput') => ({
	items: ['ok', 'missing', 'failed'].map((taskId, row) => ({ taskId, row })),
	parameters: { operation: 'getStatus' },
	node: { onError },
});

describe('On Error', () => {
	beforeEach(() => lab().simulator.addTasks([OK, FAILED]));

	test('Stop Workflow: the execution fails with the error of the node, at its item', async () => {
		const { execution, run, outputs } = await lab().run(threeFates('stopWorkflow'));
		expect(execution.status).toBe('error');
		expect(execution.lastNode).toBe(NODE);
		expect(outputs).toEqual([]);
		expect(run.error).toEqual(execution.error);
		expect(run.error).toMatchObject({
			name: 'NodeApiError',
			message: expect.stringMatching(/does not know task missing.*older than 14 days.*422/),
			description: 'The API says: "Record not found for taskId: missing"',
			httpCode: '422',
			context: { itemIndex: 1 },
		});
	});

	test('Continue: a failure is an item in its place', async () => {
		const { execution, outputs } = await lab().run(threeFates('continueRegularOutput'));
		expect(execution.status).toBe('success');
		expect(outputs).toEqual([
			[
				ofTask('ok', 'succeeded'),
				failure('missing', 422, /unknown.*older than 14 days/),
				ofTask('failed', 'failed'),
			],
		]);
	});

	test('Continue (using error output): a failure leaves there, with what came in', async () => {
		const { execution, outputs } = await lab().run(threeFates('continueErrorOutput'));
		expect(execution.status).toBe('success');
		expect(outputs).toEqual([
			[ofTask('ok', 'succeeded'), ofTask('failed', 'failed')],
			[failure('missing', 422, /unknown.*older than 14 days/, { row: 1 })],
		]);
	});

	test('by status and Continue: what looking again cannot help is on Failed', async () => {
		const setup = threeFates('continueRegularOutput');
		const parameters = { ...setup.parameters, outputMode: 'byStatus' };
		const { outputs } = await lab().run({ ...setup, parameters });
		expect(outputs).toEqual([
			[ofTask('ok', 'succeeded')],
			[failure('missing', 422, /unknown/), ofTask('failed', 'failed')],
			[],
		]);
	});

	test('by status and error output: a failure is on the fourth', async () => {
		const setup = threeFates('continueErrorOutput');
		const parameters = { ...setup.parameters, outputMode: 'byStatus' };
		const { outputs } = await lab().run({ ...setup, parameters });
		expect(outputs).toEqual([
			[ofTask('ok', 'succeeded')],
			[ofTask('failed', 'failed')],
			[],
			[failure('missing', 422, /unknown/, { row: 1 })],
		]);
	});

	test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'%s: a later node still finds the item that a failure belongs to',
		async (onError) => {
			const back = "={{ $('Items').item.json.row }}";
			const workflow = lab()
				.workflow(threeFates(onError))
				.branch(setField('back', back, 'Regular'), setField('back', back, 'Failures'));
			const { execution } = await lab().runWorkflow(workflow);
			const all = ['Regular', 'Failures'].flatMap((name) =>
				jsonOf(execution.nodes[name]?.outputs[0]),
			);
			const found = Object.fromEntries(all.map(({ taskId, back }) => [taskId, back]));
			expect(found).toEqual({ ok: '0', missing: '1', failed: '2' });
		},
	);
});

describe('What counts as a failure', () => {
	const continuing = { onError: 'continueRegularOutput' } as const;

	test('a failed task, if so set', async () => {
		lab().simulator.addTasks([OK, FAILED]);
		const { json } = await lab().run({
			items: [{ taskId: 'ok' }, { taskId: 'failed' }],
			parameters: { operation: 'getStatus', failedTask: 'error' },
			node: continuing,
		});
		expect(json).toEqual([
			ofTask('ok', 'succeeded'),
			failure('failed', 501, /Task failed ended in failure.*501/),
		]);
	});

	test('a wait that timed out', async () => {
		lab().simulator.addTasks([OK, NEVER]);
		const { json } = await lab().run({
			items: [{ taskId: 'ok' }, { taskId: 'never' }],
			parameters: { operation: 'waitUntilComplete', polling: { interval: 0.1, timeout: 0.3 } },
			node: continuing,
		});
		expect(json).toEqual([
			ofTask('ok', 'succeeded'),
			failure('never', 'WAIT_TIMED_OUT', /Task never has not ended after 0\.\d s.*"generating"/),
		]);
	});

	test('by status, a wait that timed out is still generating, not failed', async () => {
		lab().simulator.addTasks([OK, NEVER]);
		const polling = { interval: 0.1, timeout: 0.3 };
		const { outputs } = await lab().run({
			items: [{ taskId: 'never' }, { taskId: 'ok' }],
			parameters: { operation: 'waitUntilComplete', outputMode: 'byStatus', polling },
			node: continuing,
		});
		expect(outputs).toEqual([
			[ofTask('ok', 'succeeded')],
			[],
			[failure('never', 'WAIT_TIMED_OUT', /has not ended/)],
		]);
	});

	test.each(['http401', 'code401'] as const)('a rejected key, at once (%s)', async (form) => {
		lab().simulator.setOptions({ apiKey: 'another-key', authRejection: form });
		const { execution } = await lab().run({
			items: [{ taskId: 'ok' }],
			parameters: { operation: 'waitUntilComplete' },
		});
		expect(execution.error?.message).toMatch(/rejected the API key.*app\.apikley\.ru\/keys/);
		expect(lab().simulator.summary().requests).toBe(1);
	});

	test.each([
		[400, 'Change the prompt or the image'],
		[451, 'Make the image reachable'],
	])('what the API refuses with %i, in its own words', async (code, advice) => {
		lab().simulator.setTaskFaults('refused', [{ kind: 'code', code, msg: 'Not this one' }]);
		const { json } = await lab().run({
			items: [{ taskId: 'refused' }],
			parameters: { operation: 'getStatus' },
			node: continuing,
		});
		expect(json).toEqual([failure('refused', code, new RegExp(`Not this one.*${advice}`))]);
	});

	test('an API that cannot be reached, when the retries are used up', async () => {
		lab().simulator.addTask(OK);
		lab().simulator.setTaskFaults('down', [
			{ kind: 'status', status: 503, body: 'html', retryAfterSeconds: 0, times: 'always' },
		]);
		const { json } = await lab().run({
			items: [{ taskId: 'down' }, { taskId: 'ok' }],
			parameters: { operation: 'getStatus', options: { maxRetries: 2 } },
			node: continuing,
		});
		expect(json).toEqual([
			failure('down', 503, /Task down could not be looked up: server error 503.*3 times/),
			ofTask('ok', 'succeeded'),
		]);
	});
});

describe("n8n's Retry on Fail", () => {
	const setup: NodeSetup = {
		items: [{ taskId: 'ok' }],
		parameters: { operation: 'getStatus' },
		node: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
	};

	test('runs the node again, and its result counts', async () => {
		lab().simulator.addTask({ ...OK, unknownForLookups: 2 });
		const { execution, json } = await lab().run(setup);
		expect(execution.status).toBe('success');
		expect(json).toEqual([ofTask('ok', 'succeeded')]);
		expect(lab().simulator.summary().perTask).toEqual({ ok: 3 });
	});

	test('fails with the error of the node in the end', async () => {
		lab().simulator.addTask({ ...OK, unknownForLookups: 3 });
		const { execution } = await lab().run(setup);
		expect(execution.error?.message).toMatch(/does not know task ok.*422/);
		expect(lab().simulator.summary().perTask).toEqual({ ok: 3 });
	});
});
