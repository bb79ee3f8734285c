import type { IDataObject } from 'n8n-workflow';

import { openSession } from '../../../nodes/ApikleyVeo/execution/session';
import type { Session } from '../../../nodes/ApikleyVeo/execution/session';
import { InvalidParameterError } from '../../../nodes/ApikleyVeo/parameters/number';
import { CREDENTIAL, fakeContext, fakeTaskResponse } from '../support/fakeContext';
import type { FakeRun } from '../support/fakeContext';
import { spyOnSignal } from '../support/spyOnSignal';
import { SUCCEEDED } from '../support/records';

async function open(run: FakeRun = {}): Promise<Session> {
	const session = await openSession(fakeContext(run).context);
	if (session instanceof InvalidParameterError) throw session;
	return session;
}

const now = { dueAt: -Infinity, deadline: Infinity };

test('looks tasks up below the base URL of the credential', async () => {
	const credential = () => ({ ...CREDENTIAL, baseUrl: ' https://example.com/veo/ ' });
	const respond = () => fakeTaskResponse(SUCCEEDED as IDataObject);
	const { context, sent } = fakeContext({ credential, respond });
	const session = (await openSession(context)) as Session;
	expect(await session.client.lookUp('veo_1', now)).toMatchObject({ kind: 'task' });
	session.close();
	expect(sent.map(({ options }) => options.url)).toEqual([
		'https://example.com/veo/api/v1/veo/record-info?taskId=veo_1',
	]);
});

test('with the limits of the options', async () => {
	const parameters = { options: { requestTimeout: 7 } };
	const { context, sent } = fakeContext({
		parameters,
		respond: () => fakeTaskResponse(SUCCEEDED as IDataObject),
	});
	const session = (await openSession(context)) as Session;
	await session.client.lookUp('veo_1', now);
	session.close();
	expect(sent[0]?.options.timeout).toBe(7_000);
});

test.each<[string, FakeRun, RegExp]>([
	['an option', { parameters: { options: { maxConcurrency: 0 } } }, /^Max Concurrency must be/],
	[
		'the Base URL',
		{ credential: () => ({ ...CREDENTIAL, baseUrl: 'http://api.example.com' }) },
		/^The Base URL must begin with https:\/\//,
	],
	['no Base URL', { credential: () => ({ apiKey: 'k' }) }, /^The Base URL .* is empty/],
])('%s that cannot be used is told before any request', async (_, run, message) => {
	const { context, sent } = fakeContext(run);
	const session = await openSession(context);
	expect(session).toBeInstanceOf(InvalidParameterError);
	expect(session).toMatchObject({ message: expect.stringMatching(message) });
	expect(sent).toEqual([]);
});

describe('its end', () => {
	test('comes with close', async () => {
		const session = await open();
		expect(session.signal.aborted).toBe(false);
		session.close();
		expect(session.signal.aborted).toBe(true);
		expect(await session.client.lookUp('veo_1', now)).toEqual({ kind: 'aborted' });
	});

	test('comes when the execution is cancelled', async () => {
		const { controller, signal } = spyOnSignal();
		const session = await open({ cancel: signal });
		controller.abort();
		expect(session.signal.aborted).toBe(true);
	});

	test('has come already where the execution was cancelled before', async () => {
		const session = await open({ cancel: AbortSignal.abort() });
		expect(session.signal.aborted).toBe(true);
	});

	test("leaves no listener on n8n's signal", async () => {
		const { signal, listeners } = spyOnSignal();
		const session = await open({ cancel: signal });
		expect(listeners()).toBe(1);
		session.close();
		expect(listeners()).toBe(0);
		expect(signal.aborted).toBe(false);
	});
});
