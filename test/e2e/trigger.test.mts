import { setTimeout as sleep } from 'node:timers/promises';

import { noOp } from '../n8n-harness/workflows.mjs';
import { postCallback } from '../provider-callback.mjs';
import { testBed, useTestBed, type TestBed } from './support/test-bed.mjs';
import { postAsProvider, triggered, TriggeredWorkflow, TRIGGER } from './support/trigger.mjs';

const SLOTS = 5;

useTestBed({ env: { N8N_CONCURRENCY_PRODUCTION_LIMIT: String(SLOTS) } });

test('a callback starts the workflow with the item of its task, once', async () => {
	const bed = testBed();
	bed.simulator.addTasks([
		{ taskId: 'good' },
		{ taskId: 'bad', ending: { kind: 'failed', successFlag: 2 } },
	]);
	const workflow = await TriggeredWorkflow.activate(bed);
	await postAsProvider(() => workflow.url, 'good');
	await postAsProvider(() => workflow.url, 'bad');
	expect(await workflow.post('good')).toMatchObject({ status: 200 });
	expect(await workflow.post('forged')).toMatchObject({ status: 404 });
	expect(await bed.sink.waitForTasks(['good', 'bad'])).toMatchObject([
		{ taskId: 'good', status: 'succeeded', isFinal: true, wait: null },
		{ taskId: 'bad', status: 'failed', isFinal: true, wait: null },
	]);
	await bed.watcher.waitForCount(workflow.id, 2, 'success');
	expect(await workflow.countExecutions()).toBe(2);
});

test('a callback that comes before the record shows the end gets a 503, and starts the workflow then', async () => {
	const bed = testBed();
	const workflow = await TriggeredWorkflow.activate(bed);
	bed.simulator.addTask({ taskId: 'early', durationLookups: 4 });
	expect((await workflow.post('early')).status).toBe(503);
	expect(bed.sink.forTasks(['early'])).toEqual([]);
	await bed.sink.waitForTasks(['early']);
	await bed.watcher.waitForCount(workflow.id, 1, 'success');
});

test('when the workflow is unpublished, a lookup that is under way ends and starts nothing', async () => {
	const bed = testBed();
	const workflow = await TriggeredWorkflow.activate(bed);
	bed.simulator.addTask({ taskId: 'unpublished', durationSeconds: 5 });
	expect(await workflow.post('unpublished')).toMatchObject({ status: 503 });
	await bed.client.deactivateWorkflow(workflow.id);
	await lookupEnded(bed, 'unpublished');
	expect(await workflow.countExecutions()).toBe(0);
});

/** Only n8n's log shows it. */
async function lookupEnded(bed: TestBed, taskId: string): Promise<void> {
	const line = `stopped listening while it checked task "${taskId}"`;
	while (!bed.n8n.logs().includes(line)) await sleep(50);
}

test('requests that are no callbacks start nothing', async () => {
	const bed = testBed();
	const workflow = await TriggeredWorkflow.activate(bed);
	const post = async (body: string, type = 'application/json') => {
		const headers = { 'content-type': type };
		return (await fetch(workflow.url, { method: 'POST', headers, body })).status;
	};
	expect((await fetch(workflow.url)).status).toBe(404);
	expect(await post('not JSON')).toBe(422);
	expect(await post('{"hello":1}')).toBe(400);
	expect(await post('hello', 'text/plain')).toBe(400);
	expect(await post('<a/>', 'application/xml')).toBe(400);
	expect(await post('\u0000', 'application/octet-stream')).toBe(400);
	expect(await post(`{"data":{"taskId":"${'x'.repeat(5_000_000)}"}}`)).toBe(400);
	expect(bed.simulator.requests()).toEqual([]);
	expect(await workflow.countExecutions()).toBe(0);
});

test('while all slots for executions are taken, the caller still gets a response, and the workflow starts later', async () => {
	const bed = testBed();
	const workflow = await TriggeredWorkflow.activate(bed);
	const parameters = { taskId: '={{ $json.body.taskId }}', operation: 'waitUntilComplete' };
	const busy = await bed.activate((webhook) => webhook.then(bed.node({ parameters })));
	bed.simulator.addTasks([{ taskId: 'busy', ending: { kind: 'never' } }, { taskId: 'queued' }]);
	for (let slot = 0; slot < SLOTS; slot++) await busy.call({ taskId: 'busy' });
	await bed.watcher.waitForCount(busy.id, SLOTS, 'running');
	expect(await workflow.post('queued')).toMatchObject({ status: 503 });
	expect(bed.sink.forTasks(['queued'])).toEqual([]);
	for (const { id } of await bed.client.listExecutions({ workflowId: busy.id })) {
		await bed.client.stopExecution(id);
	}
	await bed.sink.waitForTasks(['queued']);
	expect(await workflow.post('queued')).toMatchObject({ status: 200 });
	expect(bed.n8n.logs()).not.toMatch(/ERR_|headers after they are sent/);
	await bed.watcher.waitForCount(workflow.id, 1, 'success');
});

test('in the editor the test address starts an execution for each task that is complete, repeated or not', async () => {
	const bed = testBed();
	bed.simulator.addTasks([{ taskId: 'good' }]);
	const webhookId = 'in-the-editor';
	const saved = await bed.client.createWorkflow(
		triggered(bed, webhookId).then(noOp('End')).build(),
	);
	const url = `${bed.n8n.url}/webhook-test/${webhookId}/apikley-veo`;
	for (let time = 0; time < 2; time++) {
		await listenForTestEvent(bed, saved.id);
		// What starts nothing doesn't end the listening
		expect(await postCallback(url, 'forged')).toMatchObject({ status: 404 });
		await postAsProvider(() => url, 'good');
		const ids = await bed.watcher.waitForCount(saved.id, time + 1, 'success');
		const { nodes } = await bed.client.getExecution(ids[0] ?? '');
		expect(nodes.End?.outputs[0]).toMatchObject([{ json: { taskId: 'good' } }]);
	}
});

test('when the editor stops listening, a lookup that is under way ends and starts nothing', async () => {
	const bed = testBed();
	bed.simulator.addTask({ taskId: 'given-up', durationSeconds: 5 });
	const webhookId = 'given-up';
	const { id } = await bed.client.createWorkflow(
		triggered(bed, webhookId).then(noOp('End')).build(),
	);
	await listenForTestEvent(bed, id);
	const url = `${bed.n8n.url}/webhook-test/${webhookId}/apikley-veo`;
	expect(await postCallback(url, 'given-up')).toMatchObject({ status: 503 });
	await bed.client.send('DELETE', `/rest/test-webhook/${id}`);
	await lookupEnded(bed, 'given-up');
	expect(await bed.client.countExecutions({ workflowId: id })).toBe(0);
});

async function listenForTestEvent(bed: TestBed, workflowId: string): Promise<void> {
	const path = `/rest/workflows/${workflowId}/run`;
	const workflowData = await bed.client.getWorkflow(workflowId);
	const body = { workflowData, triggerToStartFrom: { name: TRIGGER } };
	expect(await bed.client.send('POST', path, body)).toMatchObject({ waitingForWebhook: true });
}

test('a callback that is repeated after kill -9 of n8n starts nothing', async () => {
	const bed = testBed();
	bed.simulator.addTasks([{ taskId: 'first' }, { taskId: 'second' }]);
	const workflow = await TriggeredWorkflow.activate(bed);
	for (const taskId of ['first', 'second']) await postAsProvider(() => workflow.url, taskId);
	await bed.watcher.waitForCount(workflow.id, 2, 'success');
	await bed.restart('kill');
	for (const taskId of ['first', 'second']) {
		expect(await workflow.post(taskId)).toMatchObject({ status: 200 });
	}
	expect(await workflow.countExecutions()).toBe(2);
	expect(bed.lookups('first')).toBe(1);
});

test("n8n's Retry of an execution that crashed passes the task on", async () => {
	const bed = testBed();
	bed.simulator.addTasks([{ taskId: 'ended' }, { taskId: 'next', durationSeconds: 15 }]);
	const parameters = { operation: 'waitUntilComplete', taskId: 'next' };
	const webhookId = 'crashed';
	const workflow = triggered(bed, webhookId).then(bed.node({ parameters })).then(noOp('End'));
	const saved = await bed.client.createWorkflow(workflow.build());
	await bed.client.activateWorkflow(saved);
	await postAsProvider(() => `${bed.n8n.url}/webhook/${webhookId}/apikley-veo`, 'ended');
	await bed.simulator.waitFor({ taskId: 'next', requests: 1 });
	await bed.restart('kill');
	const [crashed] = await bed.watcher.waitForCount(saved.id, 1, 'crashed');
	await bed.client.retryExecution(crashed ?? '');
	const [retry] = await bed.watcher.waitForCount(saved.id, 1, 'success');
	const { nodes } = await bed.client.getExecution(retry ?? '');
	expect(nodes[TRIGGER]?.outputs[0]).toMatchObject([{ json: { taskId: 'ended' } }]);
	expect(nodes.End?.outputs[0]).toMatchObject([{ json: { taskId: 'next', status: 'succeeded' } }]);
});
