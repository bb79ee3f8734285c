/** A callback resumes a parked execution long before its next lookup is due. All tests run in parallel. */
import type { INodeParameters } from 'n8n-workflow';

import { calledTrigger, callWorkflow, postItems } from '../n8n-harness/core-nodes.mjs';
import { items, manualTrigger, noOp, WorkflowBuilder } from '../n8n-harness/workflows.mjs';
import { createdWithoutResponse } from '../simulator/creation-plan.mjs';
import { addressNode, callback, CallableExecution } from './support/callable-execution.mjs';
import { endedWhileParked, parked } from './support/parking.mjs';
import {
	AS_CREATED,
	jsonOf,
	NODE,
	TestBed,
	testBed,
	useSharedTestBed,
} from './support/test-bed.mjs';

useSharedTestBed({ parks: true });

const ORDERS = ['v1', 'v0'] as const;

const park = async (...taskIds: string[]) => await CallableExecution.park(testBed(), taskIds);

/** Adds final tasks. Returns their IDs. */
function addEnded(...taskIds: string[]): string[] {
	testBed().simulator.addTasks(taskIds.map((taskId) => ({ taskId })));
	return taskIds;
}

/** Adds tasks that never end. */
function addEndless(...taskIds: string[]): string[] {
	const ending = { kind: 'never' } as const;
	testBed().simulator.addTasks(taskIds.map((taskId) => ({ taskId, ending })));
	return taskIds;
}

test.concurrent.each(ORDERS)(
	'a callback resumes the execution before its next lookup (%s)',
	async (order) => {
		const { client, sink, watcher } = testBed();
		const taskIds = addEnded(`${order} a`);
		const execution = await CallableExecution.park(testBed(), taskIds, { executionOrder: order });
		const { status, data } = await execution.call(callback(`${order} a`));
		expect({ status, data }).toEqual({ status: 200, data: { message: expect.any(String) } });
		const posted = await sink.waitForTasks(taskIds);
		expect(posted).toEqual([endedWhileParked(`${order} a`, 'succeeded', 1)]);
		const { status: ended, runs } = await watcher.waitForEnd(execution.id);
		expect(ended).toBe('success');
		expect(runs[NODE]).toHaveLength(1);
		expect(runs[NODE]?.[0]?.raw).not.toHaveProperty('inputOverride');
		const late = await execution.call(callback(`${order} a`));
		expect(late.status).toBe(409);
		expect((await client.getExecution(execution.id)).stored).not.toContain('apikleyVeoParked');
	},
);

test.concurrent.each(ORDERS)(
	'each task of an execution can have its callback (%s)',
	async (executionOrder) => {
		const { sink, simulator, watcher } = testBed();
		const [first, second] = [`${executionOrder} first`, `${executionOrder} second`];
		addEnded(first);
		simulator.addTask({ taskId: second, durationLookups: 1 });
		const execution = await CallableExecution.park(testBed(), [first, second], { executionOrder });
		expect((await execution.call(callback(first))).status).toBe(200);
		await simulator.waitFor({ taskId: second, requests: 1 });
		await watcher.waitUntilParked(execution.id);
		expect((await execution.call(callback(second))).status).toBe(200);
		const { nodes } = await watcher.waitForEnd(execution.id);
		expect(jsonOf(nodes[NODE]?.outputs[0])).toMatchObject([{ taskId: first }, { taskId: second }]);
		expect(sink.forTasks([first, second])).toHaveLength(2);
		expect(simulator.summary().perTask).toMatchObject({ [first]: 1, [second]: 2 });
	},
);

test.concurrent('calls that are forged change nothing', async () => {
	const { client, lookups, sink, watcher } = testBed();
	const [taskId = '', other = ''] = addEnded('forged', 'other');
	const execution = await park(taskId);
	const stranger = await park(other);
	const before = await client.getExecution(execution.id);
	const statuses = await Promise.all([
		execution.call(callback('unknown')),
		execution.call(callback(other)),
		execution.call({ data: { taskId: { $ne: '' } } }),
		execution.call('', {}),
		execution.call(callback(taskId), { method: 'GET' }),
		execution.call(callback(taskId), { method: 'PUT' }),
		execution.call('{"data":', {}),
		execution.call(callback(taskId), { url: execution.addressWith('signature', 'x'.repeat(64)) }),
		execution.call(callback(taskId), {
			url: execution.address.replace('/apikley-veo', '/another'),
		}),
		execution.call(callback(taskId), { url: stranger.address }),
		execution.call('<html>', { contentType: 'text/html' }),
	]);
	expect(statuses.map(({ status }) => status)).toEqual([
		200, 200, 200, 200, 404, 404, 422, 401, 404, 200, 200,
	]);
	const { status, waitTill, stored } = await client.getExecution(execution.id);
	expect({ status, waitTill }).toEqual({ status: 'waiting', waitTill: before.waitTill });
	expect(stored).toBe(before.stored);
	expect([lookups(taskId), lookups(other)]).toEqual([0, 0]);
	await execution.call(callback(taskId));
	expect((await watcher.waitForEnd(execution.id)).status).toBe('success');
	await stranger.call(callback(other));
	expect((await watcher.waitForEnd(stranger.id)).status).toBe('success');
	expect(sink.forTasks([taskId, other])).toHaveLength(2);
});

test.concurrent('callbacks that come several times at once resume it once', async () => {
	const { lookups, sink, watcher } = testBed();
	const [taskId = ''] = addEnded('tripled');
	const execution = await park(taskId);
	const responses = await Promise.all(
		[1, 2, 3].map(async () => await execution.call(callback(taskId))),
	);
	expect(responses.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
	const { status, runs } = await watcher.waitForEnd(execution.id);
	expect(status).toBe('success');
	expect(runs.Post).toHaveLength(1);
	expect(sink.forTasks([taskId])).toHaveLength(1);
	expect(lookups(taskId)).toBe(1);
});

test.concurrent('after a callback that is wrong the execution is parked again', async () => {
	const { client, lookups, simulator, sink, watcher } = testBed();
	const [taskId = ''] = addEndless('too early');
	const execution = await park(taskId);
	await execution.call(callback(taskId));
	// At once, and after 1, 3, 7 and 15 s, because a record can lag behind its callback
	await simulator.waitFor({ taskId, requests: 5, timeoutMs: 60_000 });
	await watcher.waitUntilParked(execution.id);
	expect(lookups(taskId)).toBe(5);
	expect(sink.forTasks([taskId])).toEqual([]);
	simulator.addTask({ taskId });
	await execution.call(callback(taskId));
	expect(await sink.waitForTasks([taskId])).toEqual([endedWhileParked(taskId, 'succeeded', 6)]);
	const { runs } = await client.waitForEnd(execution.id);
	expect(runs[NODE]).toHaveLength(1);
});

test.concurrent.each(['saved', 'inline'])(
	'a callback resumes a %s sub-workflow, and then its caller',
	async (kind) => {
		const { client, node, sink, watcher } = testBed();
		const [taskId = ''] = addEnded(`${kind} called`);
		const late = { initialDelay: 3_000, timeout: 3_600 };
		const called = new WorkflowBuilder('Called', AS_CREATED)
			.then(calledTrigger())
			.then(addressNode)
			// By the sub-workflow, as its execution can't be found otherwise
			.then(postItems(`${sink.url}`))
			.then(node({ parameters: { ...parked(late), taskId } }))
			.build();
		const callee = kind === 'saved' ? await client.createWorkflow(called) : { json: called };
		if ('id' in callee) await client.activateWorkflow(callee);
		const caller = new WorkflowBuilder('Caller', AS_CREATED)
			.then(manualTrigger())
			.then(items([{ taskId: `${kind} address` }]))
			.then(callWorkflow(callee))
			.then(noOp('After'));
		const id = await client.start(caller.build());
		const [posted] = await sink.waitForTasks([`${kind} address`]);
		await watcher.waitUntilParked(id);
		const { pathname } = new URL(String(posted?.address));
		const [, , calledId = ''] = pathname.split('/');
		await watcher.waitUntilParked(calledId);
		const execution = await CallableExecution.of(testBed(), calledId);
		await execution.call(callback(taskId));
		const { status, nodes } = await watcher.waitForEnd(id);
		expect(status).toBe('success');
		expect(jsonOf(nodes.After?.outputs[0])).toEqual([endedWhileParked(taskId, 'succeeded', 1)]);
	},
);

test.concurrent('a parked execution can be called after kill -9', async () => {
	const bed = await TestBed.open({ parks: true });
	try {
		bed.simulator.addTask({ taskId: 'killed' });
		const execution = await CallableExecution.park(bed, ['killed']);
		await bed.restart('kill');
		await execution.call(callback('killed'));
		expect(await bed.sink.waitForTasks(['killed'])).toEqual([
			endedWhileParked('killed', 'succeeded', 1),
		]);
		expect((await bed.watcher.waitForEnd(execution.id)).status).toBe('success');
	} finally {
		await bed.close();
	}
});

describe('a task that the node creates', () => {
	const generate = (prompt: string, more: INodeParameters = {}) =>
		new WorkflowBuilder('Generate', AS_CREATED)
			.then(manualTrigger())
			.then(items([{ prompt }]))
			.then(
				testBed().node({
					parameters: {
						resource: 'video',
						operation: 'generate',
						prompt: '={{ $json.prompt }}',
						whileWaiting: 'park',
						polling: {},
						...more,
					},
				}),
			)
			.then(postItems(testBed().sink.url));

	test.concurrent('resumes the execution when it ends, with one lookup', async () => {
		const { client, lookups, simulator, watcher } = testBed();
		simulator.planTasks('woken', [{ durationSeconds: 5 }]);
		const id = await client.start(generate('woken').build());
		const { status, nodes, stored } = await watcher.waitForEnd(id);
		expect(status).toBe('success');
		const [taskId = ''] = simulator.createdTasks('woken');
		const [item] = nodes[NODE]?.outputs[0] ?? [];
		expect(item?.json).toEqual(endedWhileParked(taskId, 'succeeded', 1));
		expect(item?.json.params).toMatchObject({ callBackUrl: '***' });
		expect(item?.binary).toHaveProperty('data');
		expect(lookups(taskId)).toBe(1);
		expect(stored).not.toContain('webhook-waiting');
	});

	test.concurrent('is found by its callback, if its creation got no response', async () => {
		const { client, simulator, watcher } = testBed();
		simulator.planTasks('uncertain', [{ durationSeconds: 20 }]);
		simulator.planCreations('uncertain', [createdWithoutResponse()]);
		const options = { requestTimeout: 3 };
		const id = await client.start(generate('uncertain', { options }).build());
		const { status, nodes } = await watcher.waitForEnd(id);
		expect(status).toBe('success');
		const [taskId = '', ...others] = simulator.createdTasks('uncertain');
		expect(others).toEqual([]);
		expect(jsonOf(nodes[NODE]?.outputs[0])).toEqual([endedWhileParked(taskId, 'succeeded', 1)]);
	});
});

test.concurrent('callbacks that come while there is no free slot are all followed', async () => {
	// Its own n8n, because its only slot is taken
	const env = { N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' };
	const bed = await TestBed.open({ env, parks: true });
	try {
		const taskIds = Array.from({ length: 12 }, (_, number) => `queued ${number}`);
		bed.simulator.addTasks(taskIds.map((taskId) => ({ taskId })));
		const { id, call } = await bed.activate((webhook) =>
			webhook
				.then(items(taskIds.map((taskId) => ({ taskId }))))
				.then(addressNode)
				.then(bed.node({ parameters: parked({ initialDelay: 3_000, timeout: 3_600 }) }))
				.then(postItems(bed.sink.url)),
		);
		await call({});
		const started = await bed.watcher.waitUntilStarted(id);
		await bed.watcher.waitUntilParked(started);
		const execution = await CallableExecution.of(bed, started);
		// It takes the slot until the callbacks have come
		bed.simulator.addTask({ taskId: 'busy', ending: { kind: 'never' } });
		const polling = { initialDelay: 0, interval: 1, timeout: 8, onTimeout: 'output' };
		const busy = await bed.activate((webhook) =>
			webhook.then(
				bed.node({ parameters: { taskId: 'busy', whileWaiting: 'keepRunning', polling } }),
			),
		);
		await busy.call({});
		await bed.simulator.waitFor({ taskId: 'busy', requests: 1 });
		const responses = await Promise.all(
			taskIds.map(async (taskId) => await execution.call(callback(taskId))),
		);
		expect(responses.map(({ status }) => status)).toEqual(taskIds.map(() => 200));
		const { status, runs } = await bed.watcher.waitForEnd(started);
		expect(status).toBe('success');
		expect(jsonOf(runs[NODE]?.[0]?.outputs[0]).map((json) => json.taskId)).toEqual(taskIds);
		expect(bed.sink.forTasks(taskIds)).toHaveLength(taskIds.length);
		for (const taskId of taskIds) expect(bed.lookups(taskId)).toBe(1);
	} finally {
		await bed.close();
	}
});
