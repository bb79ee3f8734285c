import type { IDataObject } from 'n8n-workflow';

import { bytesOfVideo } from '../../simulator/video-files.mjs';
import { sha256 } from '../../sha256.mjs';
import { importExample, runExample, servers } from '../support/examples.mjs';
import { testBed } from '../support/test-bed.mjs';

const PROMPT = 'For the table';

/** Together with its prefix it is longer than any task ID. */
const NO_ID = 'x'.repeat(1024);
const TASKS = ['done', 'failed', 'running', 'unknown', NO_ID, 'no-video', 'stored-before'];
const taskIdOf = (name: string) => `table-${name}`;

/** The schedule trigger starts the workflow, but sooner. */
async function importForEverySecond() {
	return await importExample('scheduled-data-table', {
		'Generate a video': { prompt: PROMPT },
		'Upload to S3': { bucketName: servers().s3.bucket },
		'Every 5 minutes': { rule: { interval: [{ field: 'seconds', secondsInterval: 1 }] } },
	});
}

/** Returns the path of the data table that the example uses, in n8n's REST API. */
async function findTable(): Promise<string> {
	const { client } = testBed();
	const { id } = await client.send<{ id: string }>('GET', '/rest/projects/personal');
	const tables = `/rest/projects/${id}/data-tables`;
	const { data } = await client.send<Page<{ id: string; name: string }>>('GET', tables);
	return `${tables}/${data.find(({ name }) => name === 'veo_tasks')?.id}`;
}

interface Page<Entry> {
	data: Entry[];
}

/** Adds tasks of every kind with a row for each. One is done already. */
async function fill(table: string): Promise<void> {
	const { client, simulator } = testBed();
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
	const data = TASKS.map((name) => ({
		taskId: taskIdOf(name),
		state: name === 'stored-before' ? 'stored' : 'open',
	}));
	await client.send('POST', `${table}/insert`, { data, returnType: 'count' });
}

test.concurrent('Schedule: open tasks are looked up, stored, and marked as done', async () => {
	const { client, simulator, watcher } = testBed();
	const { s3 } = servers();
	const workflow = await importForEverySecond();
	expect((await runExample(workflow.id, 'Start a video')).status).toBe('success');
	const [created = ''] = simulator.createdTasks(PROMPT);
	const table = await findTable();
	await fill(table);

	await client.activateWorkflow(workflow);
	await simulator.waitFor({ taskId: taskIdOf('running'), requests: 1, timeoutMs: 60_000 });
	await client.deactivateWorkflow(workflow.id);
	await watcher.waitForCount(workflow.id, 0, 'running');

	const inOrder = `${table}/rows?sortBy=id:asc`;
	const { data } = await client.send<Page<IDataObject>>('GET', inOrder);
	const rows = data.map(({ taskId, state, storedAs, reason }) => ({
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
	const stored = (taskId: string) => ({
		state: 'stored',
		storedAs: `veo/${taskId}.mp4`,
		reason: '',
	});
	expect(rows).toEqual([
		{ taskId: created, ...stored(created) },
		row('done', stored('table-done')),
		row('failed', { state: 'failed', reason: expect.stringContaining('flagged') }),
		row('running', { state: 'open', reason: 'generating' }),
		row('unknown', { state: 'failed', reason: expect.stringContaining('table-unknown') }),
		row(NO_ID, { state: 'open', reason: expect.stringContaining("isn't a task ID") }),
		row('no-video', { state: 'open', reason: expect.stringContaining('404') }),
		row('stored-before', { state: 'stored' }),
	]);
	const { bytes } = await s3.object('veo/table-done.mp4');
	expect(sha256(bytes)).toBe(sha256(bytesOfVideo('landscape')));
	expect(simulator.requests({ taskId: taskIdOf('stored-before') })).toEqual([]);
	const executions = await client.listExecutions({ workflowId: workflow.id });
	expect(executions.map(({ mode }) => mode)).toContain('trigger');
});
