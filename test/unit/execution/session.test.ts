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

const gone = async () => await Promise.reject(new Error('Credential with ID "7" does not exist.'));

test.each<[string, FakeRun, string, RegExp]>([
	['an option', { parameters: { options: { maxConcurrency: 0 } } }, 'INVALID_INPUT', /Concurrency/],
	[
		'the Base URL',
		{ credential: () => ({ ...CREDENTIAL, baseUrl: 'http://api.example.com' }) },
		'INVALID_INPUT',
		/Base URL/,
	],
	['a Base URL that is missing', { credential: () => ({ apiKey: 'k' }) }, 'INVALID_INPUT', /empty/],
	[
		'the credential that is gone',
		{ credential: gone },
		'CREDENTIAL_UNAVAILABLE',
		/"7" does not exist\.$/,
	],
])(
	'no session is opened because of %s, which is a problem of each task',
	async (_, run, code, message) => {
		await expect(open(run)).rejects.toMatchObject({
			taskId: 'veo_1',
			code,
			message: expect.stringMatching(message),
		});
	},
);

test('no session is opened if this n8n cannot park', async () => {
	const invalid = new InvalidParameterError('This n8n is too old.', 'Update it.');
	const { context } = fakeContext();
	const session = await openSession(context, () => {
		throw invalid;
	});
	expect(typeof session === 'function' && session('veo_1')).toMatchObject({
		code: 'INVALID_INPUT',
	});
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
