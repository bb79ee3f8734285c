import { useLab, type Lab, type NodeSetup } from './support/lab.mjs';

const lab = useLab();

/** By when everything in flight must have ended. */
const A_SECOND = 1_000;

const INTERVAL = 0.5;

/** Waits for these tasks, a lookup each half second. */
const waitingFor = (...taskIds: string[]): NodeSetup => ({
	items: taskIds.map((taskId) => ({ taskId })),
	parameters: { operation: 'waitUntilComplete', polling: { interval: INTERVAL } },
});

/** Starts it, and stops it by REST once `reached`. Returns when the Stop was pressed, in epoch milliseconds. */
async function startAndStop(setup: NodeSetup, reached: Parameters<Lab['simulator']['waitFor']>[0]) {
	const { client, simulator } = lab();
	const id = await client.start(lab().workflow(setup).build());
	await simulator.waitFor(reached);
	const stoppedAt = Date.now();
	await client.stopExecution(id);
	return { id, stoppedAt };
}

async function expectCanceled(id: string) {
	expect((await lab().client.waitForEnd(id)).status).toBe('canceled');
}

/** Another execution with the same interval takes its four lookups meanwhile: time enough for a lookup too many. */
async function letTimePass() {
	lab().simulator.addTask({ taskId: 'other', durationLookups: 3 });
	await lab().run(waitingFor('other'));
}

async function expectNoLookupAfter(stoppedAt: number) {
	await letTimePass();
	const late = lab()
		.simulator.requests()
		.filter(({ taskId, startedAt }) => taskId !== 'other' && startedAt > stoppedAt);
	expect(late).toEqual([]);
}

test('between two lookups: none comes any more', async () => {
	lab().simulator.addTask({ taskId: 'never', ending: { kind: 'never' } });
	const { id, stoppedAt } = await startAndStop(waitingFor('never'), { requests: 2, open: 0 });
	await expectCanceled(id);
	await expectNoLookupAfter(stoppedAt);
});

test.each(['beforeHeaders', 'midBody'] as const)(
	'in requests that hang (%s): their connections close within a second',
	async (when) => {
		const { simulator } = lab();
		const tasks = ['a', 'b', 'c'];
		simulator.addTasks(tasks.map((taskId) => ({ taskId, faults: [{ kind: 'hang', when }] })));
		const { id, stoppedAt } = await startAndStop(waitingFor(...tasks), { open: 3 });
		await simulator.waitFor({ open: 0, closedByClient: 3 });
		const endings = simulator.requests().map(({ endedAt }) => Number(endedAt) - stoppedAt);
		expect(Math.max(...endings)).toBeLessThan(A_SECOND);
		await expectCanceled(id);
		await expectNoLookupAfter(stoppedAt);
	},
);

test('before a retry: none comes any more', async () => {
	const { simulator } = lab();
	simulator.setTaskFaults('busy', [
		{ kind: 'status', status: 503, retryAfterSeconds: 1, times: 'always' },
	]);
	const { id, stoppedAt } = await startAndStop(waitingFor('busy'), { requests: 1, open: 0 });
	await expectCanceled(id);
	await expectNoLookupAfter(stoppedAt);
});

test('while items queue behind a request that hangs: they are not looked up', async () => {
	const { simulator } = lab();
	simulator.setTaskFaults('a', [{ kind: 'hang' }]);
	const setup = waitingFor('a', 'b', 'c');
	const parameters = { ...setup.parameters, options: { maxConcurrency: 1 } };
	const { id, stoppedAt } = await startAndStop({ ...setup, parameters }, { open: 1 });
	await simulator.waitFor({ open: 0, closedByClient: 1 });
	expect(Number(simulator.requests()[0]?.endedAt) - stoppedAt).toBeLessThan(A_SECOND);
	await expectCanceled(id);
	await expectNoLookupAfter(stoppedAt);
	expect(simulator.summary().perTask).toEqual({ a: 1, other: 4 });
});

test('Get Status in a request that hangs', async () => {
	const { simulator } = lab();
	simulator.setTaskFaults('a', [{ kind: 'hang' }]);
	const setup = { items: [{ taskId: 'a' }], parameters: { operation: 'getStatus' } };
	const { id, stoppedAt } = await startAndStop(setup, { open: 1 });
	await simulator.waitFor({ open: 0, closedByClient: 1 });
	expect(Number(simulator.requests()[0]?.endedAt) - stoppedAt).toBeLessThan(A_SECOND);
	await expectCanceled(id);
	await expectNoLookupAfter(stoppedAt);
});
