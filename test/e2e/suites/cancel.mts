import { setTimeout as sleep } from 'node:timers/promises';

import { NODE, testBed } from '../support/test-bed.mjs';

/** Everything that is in flight here lasts 30 s or more, unless it is cancelled. */
const CANCELLED_MS = 10_000;
const STARTED_MS = 60_000;

/** Resolves when the node itself ends. For a cancelled execution, only n8n's debug log shows that. */
async function waitForNodeEnd(workflowId: string): Promise<void> {
	const line = new RegExp(`Running node "${NODE}" finished.*"${workflowId}"`);
	const deadline = Date.now() + CANCELLED_MS;
	while (!line.test(testBed().n8n.logs())) {
		if (Date.now() > deadline) throw new Error('The node still runs 10 s after it was cancelled');
		await sleep(50);
	}
}

test("n8n's Stop button ends a sleep of hours and a request without a response", async () => {
	const { client, simulator, workflow } = testBed();
	simulator.addTask({ taskId: 'never', ending: { kind: 'never' } });
	simulator.setTaskFaults('hanging', [{ kind: 'hang', times: 'always' }]);
	const polling = { interval: 7_200, timeout: 86_400 };
	const items = [{ taskId: 'never' }, { taskId: 'hanging' }];
	const parameters = { operation: 'waitUntilComplete', polling };
	const { id: workflowId } = await client.createWorkflow(workflow({ items, parameters }).build());
	const id = await client.runByHand(workflowId, 'Start');
	await simulator.waitFor({ requests: 2, open: 1, timeoutMs: STARTED_MS });
	await client.stopExecution(id);
	expect((await client.waitForEnd(id)).status).toBe('canceled');
	await simulator.waitFor({ open: 0, closedByClient: 1, timeoutMs: CANCELLED_MS });
	await waitForNodeEnd(workflowId);
	expect(simulator.summary().requests).toBe(2);
});
