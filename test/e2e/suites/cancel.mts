import { setTimeout as sleep } from 'node:timers/promises';

import type { ServerName } from '../../simulator/controls.mjs';
import type { WaitCondition } from '../../simulator/request-log.mjs';
import { NODE, testBed, type NodeSetup } from '../support/test-bed.mjs';

/** Everything that is in flight here lasts 30 s or more, unless it is cancelled. */
const CANCELLED_MS = 10_000;
const STARTED_MS = 60_000;

/** Starts an execution, stops it once the simulator meets the condition, and returns the workflow's ID. */
async function startAndStop(setup: NodeSetup, condition: WaitCondition): Promise<string> {
	const { client, simulator, workflow } = testBed();
	const { id: workflowId } = await client.createWorkflow(workflow(setup).build());
	const id = await client.runByHand(workflowId, 'Start');
	await simulator.waitFor({ ...condition, timeoutMs: STARTED_MS });
	await client.stopExecution(id);
	expect((await client.waitForEnd(id)).status).toBe('canceled');
	return workflowId;
}

/** Resolves when the node itself ends. For a cancelled execution, only n8n's debug log shows that. */
async function waitForNodeEnd(workflowId: string): Promise<void> {
	const line = new RegExp(`Running node "${NODE}" finished.*"${workflowId}"`);
	const deadline = Date.now() + CANCELLED_MS;
	while (!line.test(testBed().n8n.logs())) {
		if (Date.now() > deadline) throw new Error('The node still runs 10 s after it was cancelled');
		await sleep(50);
	}
}

/** Expects the node to end, and its open connections to close, long before they would by themselves. */
async function expectCancelled(
	workflowId: string,
	closedByClient: number,
	server: ServerName = 'api',
) {
	const timeoutMs = CANCELLED_MS;
	await testBed().simulator.waitFor({ server, open: 0, closedByClient, timeoutMs });
	await waitForNodeEnd(workflowId);
}

describe('Cancelling an execution ends what is in flight', () => {
	test('a sleep of hours', async () => {
		testBed().simulator.addTask({ taskId: 'never', ending: { kind: 'never' } });
		const polling = { interval: 7_200, timeout: 86_400 };
		const setup = {
			items: [{ taskId: 'never' }],
			parameters: { operation: 'waitUntilComplete', polling },
		};
		await expectCancelled(await startAndStop(setup, { requests: 1, open: 0 }), 0);
	});

	test('requests without a response, and items that wait for their turn', async () => {
		const { simulator } = testBed();
		simulator.setFaults([{ kind: 'hang', times: 'always' }]);
		const setup = {
			items: ['a', 'b', 'c', 'd'].map((taskId) => ({ taskId })),
			parameters: { operation: 'waitUntilComplete', options: { maxConcurrency: 3 } },
		};
		await expectCancelled(await startAndStop(setup, { open: 3 }), 3);
		expect(simulator.summary().requests).toBe(3);
	});

	test('downloads', async () => {
		const { simulator } = testBed();
		const file = { kind: 'synthetic', bytes: 2 ** 30 } as const;
		const slowly = { kind: 'slow', bytesPerSecond: 2 ** 20 } as const;
		simulator.setVideoFaults('*', [{ kind: 'all', faults: [file, slowly], times: 'always' }]);
		simulator.addTask({ taskId: 'a', videos: 3 });
		const setup = { items: [{ taskId: 'a' }], parameters: { operation: 'download' } };
		const stopped = await startAndStop(setup, { server: 'videos', open: 3 });
		await expectCancelled(stopped, 3, 'videos');
	});
});
