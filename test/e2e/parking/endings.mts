/** What can happen to a wait while it is parked, and before. */
import type { CredentialReference } from '../../n8n-harness/client.mjs';
import { noOp } from '../../n8n-harness/workflows.mjs';
import { API_KEY, NODE, resultOf } from '../support/test-bed.mjs';
import {
	AS_CREATED,
	endedWhileParked,
	parked,
	SHORTEST_GAP_S,
	lab,
} from '../support/parking-test-bed.mjs';

/** Another execution that is parked later and waits as long: once it has ended, more lookups would have come. */
const untilOthersHaveGoneOn = async (taskId: string) => {
	const { execution } = await lab().run({ items: lab().tasks(taskId) });
	expect(execution.status).toBe('success');
};

/** A credential of its own, to be changed while the wait is parked. */
const ownCredential = async (name: string): Promise<CredentialReference> => {
	const data = { apiKey: API_KEY, baseUrl: lab().simulator.baseUrl };
	return await lab().client.createCredential('apikleyApi', data, name);
};

test.concurrent('cancelled: it is over, and nothing is looked up any more', async () => {
	const { client, park, workflow, tasks, lookups } = lab();
	const id = await park(workflow({ items: tasks('cancelled') }));
	await client.stopExecution(id);
	expect(await client.getExecution(id)).toMatchObject({ status: 'canceled', waitTill: null });
	await untilOthersHaveGoneOn('not cancelled');
	expect(lookups('cancelled')).toBe(1);
	expect((await client.getExecution(id)).status).toBe('canceled');
});

test.concurrent(
	"the workflow's own timeout ends it when it would go on, as n8n's Wait node",
	async () => {
		const { runToEnd, workflow, tasks, lookups } = lab();
		const settings = { ...AS_CREATED, executionTimeout: SHORTEST_GAP_S / 2 };
		const { status, nodes } = await runToEnd(
			workflow({ items: tasks('out of time'), settings }).then(noOp('After')),
		);
		expect(status).toBe('canceled');
		expect(nodes).not.toHaveProperty('After');
		expect(lookups('out of time')).toBe(1);
	},
);

test.concurrent(
	'the key is rejected meanwhile: an error at once, which can be retried',
	async () => {
		const { client, simulator, park, workflow, tasks, watch, lookups } = lab();
		const credential = await ownCredential('Key');
		const node = { credentials: { apikleyApi: credential } };
		const id = await park(workflow({ items: tasks('locked out'), node }));
		const { baseUrl } = simulator;
		await client.updateCredential(credential, 'apikleyApi', { apiKey: 'revoked', baseUrl });
		const { status, error, nodes } = await watch.untilEnded(id);
		expect(status).toBe('error');
		expect(error?.message).toMatch(/rejected the API key \(401\).*task locked out/);
		expect(nodes[NODE]?.error).toEqual(error);
		expect(lookups('locked out')).toBe(2);
		await client.updateCredential(credential, 'apikleyApi', { apiKey: API_KEY, baseUrl });
		const retried = await client.waitForEnd(await client.retryExecution(id));
		expect(resultOf(retried).json).toEqual([endedWhileParked('locked out', 'succeeded', 1)]);
	},
);

test.concurrent.each([
	['no URL any more', 'not a URL', 'INVALID_INPUT', /Base URL/],
	[
		'an address where nobody answers',
		'http://127.0.0.1:9',
		'UNREACHABLE',
		/could not be looked up/,
	],
])('the Base URL is %s: what has ended before is kept', async (_, baseUrl, code, words) => {
	const { client, simulator, park, workflow, tasks, watch } = lab();
	const credential = await ownCredential(code);
	simulator.addTask({ taskId: `${code}-before` });
	const node = {
		credentials: { apikleyApi: credential },
		onError: 'continueRegularOutput' as const,
	};
	const setup = workflow({
		items: [{ taskId: `${code}-before` }, ...tasks(`${code}-after`)],
		parameters: parked({}, { options: { maxRetries: 0 } }),
		node,
	});
	const id = await park(setup);
	await client.updateCredential(credential, 'apikleyApi', { apiKey: API_KEY, baseUrl });
	const { json, execution } = resultOf(await watch.untilEnded(id));
	expect(execution.status).toBe('success');
	expect(json).toEqual([
		endedWhileParked(`${code}-before`, 'succeeded', 1),
		{ taskId: `${code}-after`, code, message: expect.stringMatching(words) },
	]);
});

test.concurrent.each(['v0', undefined] as const)(
	'execution order %s: all the same',
	async (executionOrder) => {
		const { client, workflow, tasks, watch } = lab();
		const taskIds = ['a', 'b'].map((name) => `order ${executionOrder} ${name}`);
		const settings = executionOrder === undefined ? {} : { executionOrder };
		const id = await client.start(workflow({ items: tasks(...taskIds), settings }).build());
		const { json, execution } = resultOf(await watch.untilEnded(id));
		expect(execution.status).toBe('success');
		expect(json).toEqual(taskIds.map((taskId) => endedWhileParked(taskId)));
	},
);
