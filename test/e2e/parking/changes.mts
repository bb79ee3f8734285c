/** What happens to a parked wait if something changes in the meantime. */
import { noOp } from '../../n8n-harness/workflows.mjs';
import { endedWhileParked, parked, MIN_PARKED_INTERVAL_S } from '../support/parking.mjs';
import { API_KEY, AS_CREATED, NODE, resultOf, testBed } from '../support/test-bed.mjs';

test.concurrent('a cancelled execution ends without another lookup', async () => {
	const { client, park, run, workflow, addTasks, lookups } = testBed();
	const id = await park(workflow({ items: addTasks('cancelled') }));
	await client.stopExecution(id);
	expect(await client.getExecution(id)).toMatchObject({ status: 'canceled', waitTill: null });
	// It is parked later, for the same time. When it ends, the cancelled one would have resumed
	const { execution } = await run({ items: addTasks('not cancelled') });
	expect(execution.status).toBe('success');
	expect(lookups('cancelled')).toBe(1);
	expect((await client.getExecution(id)).status).toBe('canceled');
});

test.concurrent("the workflow's timeout ends it on resuming, like n8n's Wait node", async () => {
	const { runToEnd, workflow, addTasks, lookups } = testBed();
	const settings = { ...AS_CREATED, executionTimeout: MIN_PARKED_INTERVAL_S / 2 };
	const { status, nodes } = await runToEnd(
		workflow({ items: addTasks('out of time'), settings }).then(noOp('After')),
	);
	expect(status).toBe('canceled');
	expect(nodes).not.toHaveProperty('After');
	expect(lookups('out of time')).toBe(1);
});

test.concurrent('a key that is now rejected is an error at once, and can be retried', async () => {
	const { client, createCredential, simulator, park, workflow, addTasks, watcher, lookups } =
		testBed();
	const credential = await createCredential(simulator.baseUrl);
	const node = { credentials: { apikleyApi: credential } };
	const id = await park(workflow({ items: addTasks('locked out'), node }));
	const { baseUrl } = simulator;
	await client.updateCredential(credential, 'apikleyApi', { apiKey: 'revoked', baseUrl });
	const { status, error, nodes } = await watcher.waitForEnd(id);
	expect({ status, httpCode: error?.httpCode }).toEqual({ status: 'error', httpCode: '401' });
	expect(nodes[NODE]?.error).toEqual(error);
	expect(lookups('locked out')).toBe(2);
	await client.updateCredential(credential, 'apikleyApi', { apiKey: API_KEY, baseUrl });
	const retried = await client.waitForEnd(await client.retryExecution(id));
	expect(resultOf(retried).json).toEqual([endedWhileParked('locked out', 'succeeded', 1)]);
});

test.concurrent.each([
	['is now invalid', 'not a URL', 'INVALID_INPUT'],
	['now leads nowhere', 'http://127.0.0.1:9', 'UNREACHABLE'],
])('a Base URL that %s does not affect tasks that were complete', async (_, baseUrl, code) => {
	const { client, createCredential, simulator, park, workflow, addTasks, watcher } = testBed();
	const credential = await createCredential(simulator.baseUrl);
	simulator.addTask({ taskId: `${code}-before` });
	const setup = workflow({
		items: [{ taskId: `${code}-before` }, ...addTasks(`${code}-after`)],
		parameters: parked({}, { options: { maxRetries: 0 } }),
		node: { credentials: { apikleyApi: credential }, onError: 'continueRegularOutput' },
	});
	const id = await park(setup);
	await client.updateCredential(credential, 'apikleyApi', { apiKey: API_KEY, baseUrl });
	const { json, execution } = resultOf(await watcher.waitForEnd(id));
	expect(execution.status).toBe('success');
	expect(json).toEqual([
		endedWhileParked(`${code}-before`, 'succeeded', 1),
		{ taskId: `${code}-after`, code, message: expect.any(String) },
	]);
});
