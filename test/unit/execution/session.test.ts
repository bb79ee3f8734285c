import { openSession } from '../../../nodes/ApikleyVeo/execution/session';
import { InvalidParameterError } from '../../../nodes/ApikleyVeo/parameters/invalidParameter';
import { recordInfo } from '../../../nodes/ApikleyVeo/veo/api/endpoints/recordInfo';
import { CREDENTIAL, fakeContext, respondByName } from '../support/fakeContext';
import type { FakeRun } from '../support/fakeContext';
import { spyOnSignal } from '../support/spyOnSignal';

async function open(run: FakeRun = {}) {
	const fake = fakeContext({ respond: respondByName, ...run });
	const session = await openSession(fake.context, () => 7_000);
	if (typeof session === 'function') throw session('veo_1');
	const times = { dueAt: -Infinity, deadline: Infinity };
	const lookUp = async () => await session.client.send(recordInfo('veo_1'), times);
	return { ...fake, session, lookUp };
}

test('a session sends requests below the Base URL, within the limits of the options', async () => {
	const { session, sent, lookUp } = await open({
		credential: () => ({ ...CREDENTIAL, baseUrl: ' https://example.com/veo/ ' }),
		parameters: { options: { requestTimeout: 7 } },
	});
	expect(await lookUp()).toMatchObject({ kind: 'success' });
	session.close();
	expect(sent.map(({ options: { url, timeout } }) => [url, timeout])).toEqual([
		['https://example.com/veo/api/v1/veo/record-info?taskId=veo_1', 7_000],
	]);
	expect(session.parkAfterMs).toBe(7_000);
});

const gone = async () => await Promise.reject(new Error('It was deleted.'));
const plain = { ...CREDENTIAL, baseUrl: 'http://api.example.com' };

test.each<[string, FakeRun, string, string]>([
	['an option', { parameters: { options: { maxRetries: -1 } } }, 'INVALID_INPUT', 'Max Retries'],
	['the Base URL', { credential: () => plain }, 'INVALID_INPUT', 'unencrypted'],
	['a missing Base URL', { credential: () => ({ apiKey: 'k' }) }, 'INVALID_INPUT', 'is empty'],
	[
		'an empty key',
		{ credential: () => ({ ...CREDENTIAL, apiKey: ' ' }) },
		'INVALID_INPUT',
		'API Key',
	],
	['a missing credential', { credential: gone }, 'CREDENTIAL_UNAVAILABLE', ': It was deleted.'],
])('without a session because of %s, each task has a problem', async (_, run, code, message) => {
	const problem = { taskId: 'veo_1', code, message: expect.stringContaining(message) };
	await expect(open(run)).rejects.toMatchObject(problem);
});

test('each task has a problem if this n8n cannot park', async () => {
	const session = await openSession(fakeContext().context, () => {
		throw new InvalidParameterError('This n8n is too old.', 'Update it.');
	});
	const problem = typeof session === 'function' ? session('veo_1') : null;
	expect(problem).toMatchObject({ taskId: 'veo_1', code: 'INVALID_INPUT' });
});

describe('the signal of a session', () => {
	test('is aborted when it is closed, which ends its requests', async () => {
		const { session, lookUp } = await open();
		expect(session.signal.aborted).toBe(false);
		session.close();
		expect(session.signal.aborted).toBe(true);
		expect(await lookUp()).toEqual({ kind: 'aborted' });
	});

	test('is aborted when the execution is cancelled', async () => {
		const controller = new AbortController();
		const { session } = await open({ cancel: controller.signal });
		controller.abort();
		expect(session.signal.aborted).toBe(true);
	});

	test('is aborted from the start if the execution was cancelled before', async () => {
		const { session } = await open({ cancel: AbortSignal.abort() });
		expect(session.signal.aborted).toBe(true);
	});

	test("leaves no listener on n8n's signal after it is closed", async () => {
		const { signal, listeners } = spyOnSignal();
		const { session } = await open({ cancel: signal });
		expect(listeners()).toBe(1);
		session.close();
		expect(listeners()).toBe(0);
		expect(signal.aborted).toBe(false);
	});
});
