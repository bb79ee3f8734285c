import { DataTable } from '../../n8n-harness/data-tables.mjs';
import { withNode } from '../support/example.mjs';
import { lab, sha256, VIDEO } from '../support/examples-test-bed.mjs';

const TASKS = ['done', 'failed', 'running', 'unknown', 'no-video', 'stored-before'];
const taskIdOf = (name: string) => `table-${name}`;

/** The trigger itself starts the workflow, but sooner. */
async function importForEverySecond() {
	const { s3 } = lab();
	return await lab().importExample('scheduled-data-table', { bucket: s3.bucket }, (workflow) =>
		withNode(workflow, 'Every 5 minutes', () => ({
			rule: { interval: [{ field: 'seconds', secondsInterval: 1 }] },
		})),
	);
}

/** Tasks of every kind, each with a row; one has been dealt with before. */
async function fill(table: DataTable): Promise<void> {
	const { simulator } = lab();
	simulator.addTasks([
		{ taskId: taskIdOf('done') },
		{ taskId: taskIdOf('failed'), ending: { kind: 'failed', successFlag: 2, errorCode: 400 } },
		{ taskId: taskIdOf('running'), ending: { kind: 'never' } },
		{ taskId: taskIdOf('no-video') },
		{ taskId: taskIdOf('stored-before') },
	]);
	simulator.setVideoFaults(`/videos/${taskIdOf('no-video')}/1.mp4`, [
		{ kind: 'status', status: 404, times: 'always' },
	]);
	await table.insert(
		TASKS.map((name) => ({
			taskId: taskIdOf(name),
			state: name === 'stored-before' ? 'stored' : 'open',
		})),
	);
}

test.concurrent('On schedule: open tasks are looked up, stored, and ticked off', async () => {
	const { client, simulator, s3, watch } = lab();
	const workflow = await importForEverySecond();
	await lab().runToEnd(workflow.id, 'Run once');
	const table = await DataTable.find(client, 'veo_tasks');
	await fill(table);

	await client.activateWorkflow(workflow);
	await simulator.waitFor({ taskId: taskIdOf('running'), requests: 1, timeoutMs: 60_000 });
	await client.deactivateWorkflow(workflow.id);
	await watch.untilThere(workflow.id, 0, 'running');

	const rows = (await table.rows()).map(({ taskId, state, storedAs, reason }) => ({
		taskId,
		state,
		storedAs,
		reason,
	}));
	const row = (name: string, more: object) => ({
		taskId: taskIdOf(name),
		storedAs: null,
		reason: null,
		...more,
	});
	expect(rows).toEqual([
		row('done', { state: 'stored', storedAs: `s3://${s3.bucket}/veo/table-done.mp4` }),
		row('failed', { state: 'failed', reason: expect.stringContaining('flagged') }),
		row('running', { state: 'open' }),
		row('unknown', { state: 'open', reason: expect.stringContaining('does not know task') }),
		row('no-video', { state: 'open', reason: expect.stringContaining('404') }),
		row('stored-before', { state: 'stored' }),
	]);
	const { bytes } = await s3.object('veo/table-done.mp4');
	expect(sha256(bytes)).toBe(sha256(await VIDEO));
	expect(simulator.requests({ taskId: taskIdOf('stored-before') })).toEqual([]);
	const executions = await client.listExecutions({ workflowId: workflow.id });
	expect(executions.map(({ mode }) => mode)).toContain('trigger');
});
