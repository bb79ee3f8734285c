import type { IDataObject } from 'n8n-workflow';

import { manualTrigger, WorkflowBuilder } from '../../n8n-harness/workflows.mjs';
import type { Fault } from '../../simulator/faults.mjs';
import { API_KEY, testBed } from '../support/test-bed.mjs';

const LOOKUP = '/api/v1/veo/record-info';

/** Runs the credential test as the editor does on saving. */
async function testCredential(change: { apiKey?: string; baseUrl?: string } = {}) {
	const { client, simulator } = testBed();
	const data = { apiKey: API_KEY, baseUrl: simulator.baseUrl, ...change };
	return await client.testCredential('apikleyApi', data);
}

/** Looks up a task with another credential. */
async function lookUp(baseUrl: string) {
	const { createCredential, run } = testBed();
	const node = { credentials: { apikleyApi: await createCredential(baseUrl) } };
	return (await run({ items: [{ taskId: 't' }], node })).execution;
}

describe('Credential: its test', () => {
	test.each([
		['a valid key', API_KEY],
		['a key that was pasted with a line break', ` ${API_KEY}\n`],
		['a key that was pasted with its scheme', `Bearer ${API_KEY}`],
	])('accepts %s', async (_, apiKey) => {
		expect((await testCredential({ apiKey })).status).toBe('OK');
	});

	test.each(['http401', 'code401'] as const)('rejects a wrong key (%s)', async (authRejection) => {
		testBed().simulator.setOptions({ authRejection });
		expect(await testCredential({ apiKey: 'no-such-key' })).toEqual({
			status: 'Error',
			message: expect.stringMatching(/app\.apikley\.ru\/keys/),
		});
	});

	test('reports that the server cannot be reached', async () => {
		// Port 9 is the discard service, and nothing listens there
		const { status, message } = await testCredential({ baseUrl: 'http://127.0.0.1:9' });
		expect({ status, message }).toEqual({ status: 'Error', message: 'ECONNREFUSED' });
	});

	test('reports a redirect, and does not follow it', async () => {
		const { simulator } = testBed();
		simulator.setFaults([{ kind: 'redirect', location: `${simulator.videoBaseUrl}/elsewhere` }]);
		expect((await testCredential()).status).toBe('Error');
		expect(simulator.requests({ server: 'videos' })).toEqual([]);
	});

	test.each<Fault>([
		{ kind: 'status', status: 429 },
		{ kind: 'status', status: 455 },
		{ kind: 'status', status: 503 },
		{ kind: 'code', code: 455 },
		{ kind: 'code', code: 500 },
	])('does not blame the key for $kind $status$code', async (fault) => {
		testBed().simulator.setFaults([fault]);
		expect(await testCredential()).toEqual({
			status: 'Error',
			message: expect.stringContaining('busy'),
		});
	});
});

describe('Credential: the Base URL', () => {
	test.each([
		['/', LOOKUP],
		['/gateway/', `/gateway${LOOKUP}`],
		['/api/v1/veo', LOOKUP],
		['/gateway/api/', `/gateway${LOOKUP}`],
	])('may end with %s, in the test and in the node', async (ending, path) => {
		const { simulator } = testBed();
		const baseUrl = `${simulator.baseUrl}${ending}`;
		expect(await testCredential({ baseUrl })).toMatchObject({ status: 'OK' });
		// Instead of a gateway that removes the path
		simulator.setFaults([{ kind: 'code', code: 200, data: { successFlag: 1 } }]);
		expect((await lookUp(baseUrl)).status).toBe('success');
		const paths = simulator.requests().map((request) => request.path.split('?')[0]);
		expect(paths).toEqual([path, path]);
	});

	test.each([
		['without a scheme', 'api.apikley.ru'],
		['with http and a public host', 'http://api.apikley.ru'],
		['that is blank', ' '],
	])('%s is refused in the test and in the node', async (_, baseUrl) => {
		const message = expect.stringContaining('Base URL');
		expect(await testCredential({ baseUrl })).toEqual({ status: 'Error', message });
		expect(await lookUp(baseUrl)).toMatchObject({ status: 'error', error: { message } });
	});
});

describe('Credential: in the HTTP Request node', () => {
	async function request(url: string) {
		const { client, credential } = testBed();
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

	test('the key is sent to the origin of the Base URL', async () => {
		const { simulator } = testBed();
		simulator.addTask({ taskId: 't' });
		const { json } = await request(`${simulator.baseUrl}${LOOKUP}?taskId=t`);
		expect(json).toMatchObject({ code: 200, data: { taskId: 't', successFlag: 1 } });
		const [sent] = simulator.requests();
		expect(sent?.headers.authorization).toBe(`Bearer ${API_KEY}`);
	});

	test('the key is sent to no other origin', async () => {
		const { simulator } = testBed();
		const { execution } = await request(`${simulator.videoBaseUrl}/videos/t/1.mp4`);
		expect(execution.status).toBe('error');
		expect(execution.error?.message).toContain(simulator.baseUrl);
		expect(simulator.requests({ server: 'videos' })).toEqual([]);
	});

	test('the key does not follow a redirect to another origin', async () => {
		const { simulator } = testBed();
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
