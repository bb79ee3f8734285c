import { setTimeout as sleep } from 'node:timers/promises';

import type { ServerName } from '../../simulator/controls.mjs';
import type { WaitCondition } from '../../simulator/request-log.mjs';
import { NODE, lab, type NodeSetup } from '../support/test-bed.mjs';

/** By when everything in flight must have ended. */
const A_SECOND = 1_000;
const INTERVAL = 0.5;

/** Waits for these tasks, a lookup each half second. */
function waitingFor(...taskIds: string[]): NodeSetup {
	const polling = { interval: INTERVAL };
	return {
		items: taskIds.map((taskId) => ({ taskId })),
		parameters: { operation: 'waitUntilComplete', polling },
	};
}

/** An execution that was stopped. */
interface Stopped {
	id: string;
	workflowId: string;
	/** Epoch milliseconds. */
	at: number;
}

/** Starts it, and presses Stop once the simulator has seen what `reached` says. */
async function startAndStop(setup: NodeSetup, reached: WaitCondition): Promise<Stopped> {
	const { client, simulator } = lab();
	const { id: workflowId } = await client.createWorkflow(lab().workflow(setup).build());
	const id = await client.runByHand(workflowId, 'Start');
	await simulator.waitFor(reached);
	const at = Date.now();
	await client.stopExecution(id);
	return { id, workflowId, at };
}

/** When the node itself ended, as n8n's debug log tells; nothing else does, of a cancelled one. Epoch milliseconds. */
async function endOfNode({ workflowId }: Stopped): Promise<number> {
	const line = new RegExp(`^(\\S+) .*Running node "${NODE}" finished.*"${workflowId}"`, 'm');
	for (let looks = 0; looks < 200; looks++) {
		const time = line.exec(lab().n8n.logs())?.[1];
		if (time !== undefined) return Date.parse(time);
		await sleep(50);
	}
	throw new Error('The node still runs 10 s after it was cancelled');
}

/** Another execution takes four lookups at the same interval meanwhile: time for a lookup too many. */
async function letTimePass() {
	lab().simulator.addTask({ taskId: 'other', durationLookups: 3 });
	await lab().run(waitingFor('other'));
}

async function expectCanceled(stopped: Stopped) {
	expect((await endOfNode(stopped)) - stopped.at).toBeLessThan(A_SECOND);
	expect((await lab().client.waitForEnd(stopped.id)).status).toBe('canceled');
	await letTimePass();
	const late = lab()
		.simulator.requests()
		.filter(({ taskId, startedAt }) => taskId !== 'other' && startedAt > stopped.at);
	expect(late).toEqual([]);
}

/** The simulator has seen all its connections close, and in time. */
async function expectConnectionsClosed({ at }: Stopped, count: number, server: ServerName = 'api') {
	const { simulator } = lab();
	await simulator.waitFor({ server, open: 0, closedByClient: count });
	const endings = simulator.requests({ server }).map(({ endedAt }) => Number(endedAt) - at);
	expect(Math.max(...endings)).toBeLessThan(A_SECOND);
}

describe('Cancelling an execution ends what is in flight', () => {
	test('between two lookups', async () => {
		lab().simulator.addTask({ taskId: 'never', ending: { kind: 'never' } });
		const stopped = await startAndStop(waitingFor('never'), { requests: 2, open: 0 });
		await expectCanceled(stopped);
	});

	test('in a gap of hours', async () => {
		lab().simulator.addTask({ taskId: 'never', ending: { kind: 'never' } });
		const polling = { interval: 7_200, timeout: 86_400 };
		const parameters = { operation: 'waitUntilComplete', polling };
		const setup = { items: [{ taskId: 'never' }], parameters };
		const stopped = await startAndStop(setup, { requests: 1, open: 0 });
		await expectCanceled(stopped);
	});

	test.each(['beforeHeaders', 'midBody'] as const)(
		'in requests that hang (%s): their connections close',
		async (when) => {
			const tasks = ['a', 'b', 'c'];
			const hanging = tasks.map((taskId) => ({
				taskId,
				faults: [{ kind: 'hang', when } as const],
			}));
			lab().simulator.addTasks(hanging);
			const stopped = await startAndStop(waitingFor(...tasks), { open: 3 });
			await expectConnectionsClosed(stopped, 3);
			await expectCanceled(stopped);
		},
	);

	test('before a retry', async () => {
		const busy = { kind: 'status', status: 503, retryAfterSeconds: 1, times: 'always' } as const;
		lab().simulator.setTaskFaults('busy', [busy]);
		const stopped = await startAndStop(waitingFor('busy'), { requests: 1, open: 0 });
		await expectCanceled(stopped);
	});

	test('while items queue behind a request that hangs: they are not looked up', async () => {
		lab().simulator.setTaskFaults('a', [{ kind: 'hang' }]);
		const setup = waitingFor('a', 'b', 'c');
		const parameters = { ...setup.parameters, options: { maxConcurrency: 1 } };
		const stopped = await startAndStop({ ...setup, parameters }, { open: 1 });
		await expectConnectionsClosed(stopped, 1);
		await expectCanceled(stopped);
		expect(lab().simulator.summary().perTask).toEqual({ a: 1, other: 4 });
	});

	test('in the downloads of videos', async () => {
		const { simulator } = lab();
		const file = { kind: 'synthetic', bytes: 2 ** 30 } as const;
		const slowly = { kind: 'slow', bytesPerSecond: 2 ** 20 } as const;
		simulator.setVideoFaults('*', [{ kind: 'all', faults: [file, slowly], times: 'always' }]);
		simulator.addTask({ taskId: 'a', videos: 3 });
		const setup = { items: [{ taskId: 'a' }], parameters: { operation: 'download' } };
		const stopped = await startAndStop(setup, { server: 'videos', open: 3 });
		await expectConnectionsClosed(stopped, 3, 'videos');
		await expectCanceled(stopped);
	});

	test('in the one lookup of Get Status', async () => {
		lab().simulator.setTaskFaults('a', [{ kind: 'hang' }]);
		const setup = { items: [{ taskId: 'a' }], parameters: { operation: 'getStatus' } };
		const stopped = await startAndStop(setup, { open: 1 });
		await expectConnectionsClosed(stopped, 1);
		await expectCanceled(stopped);
	});
});
