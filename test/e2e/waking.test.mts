/** A callback resumes a parked execution long before its next lookup is due. All tests run in parallel. */
import { calledTrigger, callWorkflow, postItems } from '../n8n-harness/core-nodes.mjs';
import { items, manualTrigger, noOp, WorkflowBuilder } from '../n8n-harness/workflows.mjs';
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

/** The next node's request must come within this time of the callback, on a busy machine. */
const PROMPT_MS = 5_000;

const park = async (...taskIds: string[]) => await CallableExecution.park(testBed(), taskIds);

/** Adds tasks that have ended. Returns their IDs. */
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

test.concurrent.each(ORDERS)('a callback resumes the execution at once (%s)', async (order) => {
	const { client, sink, watcher } = testBed();
	const taskIds = addEnded(`${order} a`);
	const execution = await CallableExecution.park(testBed(), taskIds, { executionOrder: order });
	const calledAt = Date.now();
	const { status, data } = await execution.call(callback(`${order} a`));
	expect({ status, data }).toEqual({ status: 200, data: { message: expect.any(String) } });
	const posted = await sink.waitForTasks(taskIds);
	expect(Date.now() - calledAt).toBeLessThan(PROMPT_MS);
	expect(posted).toEqual([endedWhileParked(`${order} a`, 'succeeded', 1)]);
	const { status: ended, runs } = await watcher.waitForEnd(execution.id);
	expect(ended).toBe('success');
	expect(runs[NODE]).toHaveLength(1);
	expect(runs[NODE]?.[0]?.raw).not.toHaveProperty('inputOverride');
	const late = await execution.call(callback(`${order} a`));
	expect(late.status).toBe(409);
	expect((await client.getExecution(execution.id)).stored).not.toContain('apikleyVeoParked');
});

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
