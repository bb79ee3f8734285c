import { setField } from '../../n8n-harness/workflows.mjs';
import { jsonOf, NODE, testBed } from '../support/test-bed.mjs';

const GET_STATUS = { operation: 'getStatus' };

const found = (taskId: string) => expect.objectContaining({ taskId, status: 'succeeded' });

const notFound = { taskId: 'missing', code: 422, message: expect.any(String) };

/** The input: a task that has succeeded, and one that the API does not know. */
function addItems() {
	testBed().simulator.addTask({ taskId: 'ok' });
	return ['ok', 'missing'].map((taskId, row) => ({ taskId, row }));
}

describe('On Error', () => {
	test('Stop Workflow: the execution fails with the error of the node, at its item', async () => {
		const { execution, run, outputs } = await testBed().run({
			items: addItems(),
			parameters: GET_STATUS,
		});
		expect(execution).toMatchObject({ status: 'error', lastNode: NODE });
		expect(outputs).toEqual([]);
		expect(run.error).toEqual(execution.error);
		expect(run.error).toMatchObject({
			name: 'NodeApiError',
			message: expect.stringContaining('missing'),
			description: expect.stringContaining('Record not found'),
			httpCode: '422',
			context: { itemIndex: 1 },
		});
	});

	test.each([
		['Continue', 'continueRegularOutput', [[found('ok'), notFound]]],
		[
			'Continue (using error output)',
			'continueErrorOutput',
			[[found('ok')], [{ ...notFound, row: 1 }]],
		],
	] as const)('%s: the failure is an item, linked to its input', async (_, onError, expected) => {
		const { workflow, runWorkflow } = testBed();
		const back = "={{ $('Items').item.json.row }}";
		const { execution, outputs } = await runWorkflow(
			workflow({ items: addItems(), parameters: GET_STATUS, node: { onError } }).branch(
				setField('back', back, 'Regular'),
				setField('back', back, 'Failures'),
			),
		);
		expect(execution.status).toBe('success');
		expect(outputs).toEqual(expected);
		const all = ['Regular', 'Failures'].flatMap((name) =>
			jsonOf(execution.nodes[name]?.outputs[0]),
		);
		expect(all).toMatchObject([
			{ taskId: 'ok', back: '0' },
			{ taskId: 'missing', back: '1' },
		]);
	});

	test('by status, the error output is the fourth', async () => {
		const { outputs } = await testBed().run({
			items: addItems(),
			parameters: { ...GET_STATUS, outputMode: 'byStatus' },
			node: { onError: 'continueErrorOutput' },
		});
		expect(outputs).toEqual([[found('ok')], [], [], [{ ...notFound, row: 1 }]]);
	});
});

describe("n8n's Retry on Fail", () => {
	test.each([
		['the result of the last try counts', 2, 'success'],
		['the error of the last try counts', 3, 'error'],
	])('%s', async (_, unknownForLookups, status) => {
		const { simulator, run } = testBed();
		simulator.addTask({ taskId: 'ok', unknownForLookups });
		const { execution } = await run({
			items: [{ taskId: 'ok' }],
			parameters: GET_STATUS,
			node: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
		});
		expect(execution.status).toBe(status);
		expect(simulator.summary().perTask).toEqual({ ok: 3 });
	});
});
