import { credential, simulator, useSimulator } from './support/simulated.mjs';
import { TriggerServer, type TriggerOptions } from './support/trigger-server.mjs';

useSimulator();

let trigger: TriggerServer;

async function open(options: Partial<TriggerOptions> = {}): Promise<TriggerServer> {
	return (trigger = await TriggerServer.open({ credential: credential(), ...options }));
}

afterEach(async () => {
	await trigger.close();
	expect(trigger.errors).toEqual([]);
});

const callbackFor = (taskId: string) => ({ code: 200, msg: 'success', data: { taskId } });

test('a callback for a final task starts an execution with its item', async () => {
	simulator.addTask({ taskId: 'good' });
	await open();
	expect(await trigger.post(callbackFor('good'))).toMatchObject({ status: 200 });
	const [item] = await Promise.all(trigger.executions);
	expect(item).toEqual([
		{
			json: expect.objectContaining({ taskId: 'good', status: 'succeeded', wait: null }),
			pairedItem: { item: 0 },
		},
	]);
	expect(simulator.requests()).toMatchObject([{ taskId: 'good', status: 200 }]);
});

test('a callback that comes too early gets a 503, and starts an execution later', async () => {
	simulator.addTask({ taskId: 'early', durationLookups: 2 });
	await open();
	expect(await trigger.post(callbackFor('early'))).toMatchObject({ status: 503 });
	expect(trigger.executions).toHaveLength(0);
	// It joins the lookup
	await trigger.post(callbackFor('early'));
	await simulator.waitFor({ taskId: 'early', requests: 3 });
	await trigger.post(callbackFor('early'));
	expect(await trigger.items()).toMatchObject([{ taskId: 'early', status: 'succeeded' }]);
});

test('while the API is slow, the caller is asked to repeat the callback, and the lookup continues', async () => {
	simulator.addTask({ taskId: 'slow', faults: [{ kind: 'delay', ms: 900 }] });
	await open();
	expect(await trigger.post(callbackFor('slow'))).toMatchObject({ status: 503 });
	expect(trigger.executions).toHaveLength(0);
	expect(await trigger.post(callbackFor('slow'))).toMatchObject({ status: 200 });
	expect(await trigger.items()).toMatchObject([{ taskId: 'slow' }]);
	expect(simulator.requests()).toHaveLength(1);
});

test('once the workflow is unpublished, a lookup that is under way starts nothing, and the API is not called any more', async () => {
	simulator.addTask({ taskId: 'early', durationLookups: 1 });
	await open();
	const early = trigger.post(callbackFor('early'));
	await simulator.waitFor({ taskId: 'early', requests: 1 });
	await trigger.unpublish();
	expect(await early).toMatchObject({ status: 503 });
	await trigger.returned();
	expect(trigger.executions).toHaveLength(0);
	expect(simulator.requests()).toHaveLength(1);
});

test('of 100 callbacks at once for 30 tasks each task starts one execution, and 10 forged ones start none', async () => {
	const taskIds = Array.from({ length: 30 }, (_, n) => `task-${n}`);
	simulator.addTasks(taskIds.map((taskId) => ({ taskId })));
	const forged = Array.from({ length: 10 }, (_, n) => `forged-${n}`);
	await open();
	let left = [...forged, ...taskIds, ...taskIds, ...taskIds];
	while (left.length > 0) {
		const results = await Promise.all(
			left.map(async (taskId) => await trigger.post(callbackFor(taskId))),
		);
		// The provider repeats a callback if it gets such a response
		left = left.filter((_, n) => results[n]?.status === 503);
	}
	const started = (await trigger.items()).map(({ taskId }) => String(taskId));
	expect(started.sort()).toEqual(taskIds.sort());
	expect(Math.max(...Object.values(simulator.summary().perTask))).toBe(1);
});

test('the API key is in no response and no item, even if the API repeats it', async () => {
	const { apiKey } = credential();
	simulator.addTask({ taskId: 'echo', data: { note: apiKey }, prompt: apiKey });
	await open({ parameters: { output: 'raw' } });
	const { message } = await trigger.post(callbackFor('echo'));
	expect(message).not.toContain(apiKey);
	expect(JSON.stringify(await trigger.items())).toContain('***');
	expect(JSON.stringify(await trigger.items())).not.toContain(apiKey);
});
