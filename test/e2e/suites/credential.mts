import type { IDataObject } from 'n8n-workflow';

import { manualTrigger, WorkflowBuilder } from '../../n8n-harness/workflows.mjs';
import { API_KEY, lab } from '../support/test-bed.mjs';

const LOOKUP = '/api/v1/veo/record-info';

/** What the editor shows after "Save", or on "Retry". */
async function testCredential(change: { apiKey?: string; baseUrl?: string } = {}) {
	const { client, simulator } = lab();
	const data = { apiKey: API_KEY, baseUrl: simulator.baseUrl, ...change };
	return await client.testCredential('apikleyApi', data);
}

describe('Credential: its test', () => {
	const OK = { status: 'OK', message: 'Connection successful!' };
	const rejected = {
		status: 'Error',
		message: expect.stringMatching(/key was rejected.*app\.apikley\.ru\/keys/),
	};
	const busy = { status: 'Error', message: expect.stringContaining('busy or under maintenance') };

	test('accepts a good key', async () => {
		expect(await testCredential()).toEqual(OK);
	});

	test.each(['http401', 'code401'] as const)('rejects a wrong key (%s)', async (authRejection) => {
		lab().simulator.setOptions({ authRejection });
		expect(await testCredential({ apiKey: 'no-such-key' })).toEqual(rejected);
	});

	test('trims a key that was pasted with a line break', async () => {
		expect(await testCredential({ apiKey: ` ${API_KEY}\n` })).toEqual(OK);
	});

	test('says so when nobody answers', async () => {
		// Port 9 is for discarding; nothing listens there
		const { status, message } = await testCredential({ baseUrl: 'http://127.0.0.1:9' });
		expect({ status, message }).toEqual({ status: 'Error', message: 'ECONNREFUSED' });
	});

	test('says so when the server redirects, and follows it nowhere', async () => {
		const { simulator } = lab();
		simulator.setFaults([{ kind: 'redirect', location: `${simulator.videoBaseUrl}/elsewhere` }]);
		const message = expect.stringContaining('redirects elsewhere');
		expect(await testCredential()).toEqual({ status: 'Error', message });
		expect(simulator.requests({ server: 'videos' })).toEqual([]);
	});

	test.each([429, 455, 500, 503])('judges no key at HTTP %i', async (status) => {
		lab().simulator.setFaults([{ kind: 'status', status }]);
		expect(await testCredential()).toEqual(busy);
	});

	test.each([429, 455, 500])('judges no key at HTTP 200 with code %i', async (code) => {
		lab().simulator.setFaults([{ kind: 'code', code }]);
		expect(await testCredential()).toEqual(busy);
	});
});

describe('Credential: the Base URL', () => {
	test.each([
		['a slash at its end', '/', LOOKUP],
		['two slashes and a blank at its end', '// ', LOOKUP],
		['a path', '/gateway', `/gateway${LOOKUP}`],
		['a path and a slash', '/gateway/', `/gateway${LOOKUP}`],
	])('may have %s, in the test and in the node', async (_, ending, path) => {
		const { client, simulator, run } = lab();
		const data = { apiKey: API_KEY, baseUrl: `${simulator.baseUrl}${ending}` };
		expect(await testCredential(data)).toMatchObject({ status: 'OK' });
		const credential = await client.createCredential('apikleyApi', data);
		// In place of the gateway that would take the path away
		simulator.setFaults([{ kind: 'code', code: 200, data: { successFlag: 1 } }]);
		const { json } = await run({
			items: [{ taskId: 't' }],
			node: { credentials: { apikleyApi: credential } },
		});
		expect(json).toEqual([expect.objectContaining({ taskId: 't', status: 'succeeded' })]);
		const paths = simulator.requests().map((request) => request.path.split('?')[0]);
		expect(paths).toEqual([path, path]);
	});

	test.each([
		['without a scheme', 'api.apikley.ru', 'must begin with https://'],
		['with plain http to a public host', 'http://api.apikley.ru', 'key would travel in clear'],
		['with a query', 'https://api.apikley.ru/?a=b', 'must end before any "?"'],
		['when blank', ' ', 'Base URL of the credential is empty'],
	])('is refused %s, in the test and in the node', async (_, baseUrl, words) => {
		const { client, run } = lab();
		const { status, message } = await testCredential({ baseUrl });
		expect({ status, message }).toEqual({
			status: 'Error',
			message: expect.stringContaining(words),
		});
		const credential = await client.createCredential('apikleyApi', { apiKey: API_KEY, baseUrl });
		const { execution } = await run({
			items: [{ taskId: 't' }],
			node: { credentials: { apikleyApi: credential } },
		});
		expect(execution).toMatchObject({
			status: 'error',
			error: { message: expect.stringContaining(words) },
		});
	});
});

describe('Credential: in the HTTP Request node', () => {
	async function request(url: string) {
		const { client, credential } = lab();
		const workflow = new WorkflowBuilder('HTTP Request').then(manualTrigger()).then({
			name: 'HTTP Request',
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			parameters: {
				url,
				authentication: 'predefinedCredentialType',
				nodeCredentialType: 'apikleyApi',
				options: {},
			},
			credentials: { apikleyApi: credential },
		});
		const execution = await client.runToEnd(workflow.build());
		const json: IDataObject | undefined = execution.nodes['HTTP Request']?.outputs[0]?.[0]?.json;
		return { execution, json };
	}

	test('the key goes to the origin of the Base URL', async () => {
		const { simulator } = lab();
		simulator.addTask({ taskId: 't' });
		const { json } = await request(`${simulator.baseUrl}${LOOKUP}?taskId=t`);
		expect(json).toMatchObject({ code: 200, data: { taskId: 't', successFlag: 1 } });
		const [sent] = simulator.requests();
		expect(sent?.headers.authorization).toBe(`Bearer ${API_KEY}`);
	});

	test('the key goes to no other origin', async () => {
		const { simulator } = lab();
		const { execution } = await request(`${simulator.videoBaseUrl}/videos/t/1.mp4`);
		expect(execution.status).toBe('error');
		expect(execution.error?.message).toContain(`sends its key to ${simulator.baseUrl} alone`);
		expect(simulator.requests({ server: 'videos' })).toEqual([]);
	});

	test('the key does not follow a redirect to another origin', async () => {
		const { simulator } = lab();
		const location = `${simulator.videoBaseUrl}/videos/t/1.mp4`;
		simulator.setFaults([{ kind: 'redirect', location }]);
		const { execution } = await request(`${simulator.baseUrl}${LOOKUP}?taskId=t`);
		expect(execution.status).toBe('success');
		const [followed, ...more] = simulator.requests({ server: 'videos' });
		expect(more).toEqual([]);
		expect(followed?.path).toBe('/videos/t/1.mp4');
		expect(followed?.headers).not.toHaveProperty('authorization');
	});
});
