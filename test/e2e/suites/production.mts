import { randomUUID } from 'node:crypto';

import { apikleyVeo, webhookTrigger, WorkflowBuilder } from '../../n8n-harness/workflows.mjs';
import { lab } from '../support/test-bed.mjs';

describe('Production executions', () => {
	test('an active workflow runs the node on a call of its webhook', async () => {
		const { client, credential, simulator } = lab();
		simulator.addTask({ taskId: 't', durationLookups: 2 });
		const path = randomUUID();
		const parameters = {
			operation: 'waitUntilComplete',
			taskId: '={{ $json.body.taskId }}',
			polling: { interval: 0.1 },
		};
		const workflow = new WorkflowBuilder('Webhook')
			.then(webhookTrigger(path, 'lastNode'))
			.then(apikleyVeo(parameters, credential));
		const saved = await client.createWorkflow(workflow.build());
		await client.activateWorkflow(saved);

		const { status, data } = await client.callWebhook(path, { taskId: 't' });
		expect(status).toBe(200);
		expect(data).toMatchObject({ taskId: 't', status: 'succeeded', wait: { lookups: 3 } });
		const executions = await client.listExecutions({ workflowId: saved.id });
		expect(executions).toMatchObject([{ mode: 'webhook', status: 'success' }]);
	});

	test('200 tasks are waited for side by side, each until its own end', async () => {
		const { simulator } = lab();
		const tasks = Array.from({ length: 200 }, (_, index) => ({
			taskId: `task-${index}`,
			durationSeconds: 0.5 + index / 100,
		}));
		simulator.addTasks(tasks.map((task) => ({ ...task, countedFrom: 'firstLookup' })));
		const { json, run } = await lab().run({
			items: tasks.map(({ taskId }) => ({ taskId })),
			parameters: { operation: 'waitUntilComplete', polling: { interval: 0.5 } },
		});
		expect(json.map(({ taskId, status }) => ({ taskId, status }))).toEqual(
			tasks.map(({ taskId }) => ({ taskId, status: 'succeeded' })),
		);
		// How fast exactly is for the bench to say. One after the other they would take five minutes.
		const inARow = tasks.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
		expect(run.tookMs / 1000).toBeLessThan(inARow / 5);
	});
});
