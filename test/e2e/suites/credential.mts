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

describe('The credential test', () => {
	test.each([
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

	test.each<Fault>([
		{ kind: 'status', status: 503 },
		{ kind: 'code', code: 455 },
	])('does not blame the key for $kind $status$code', async (fault) => {
		testBed().simulator.setFaults([fault]);
		expect(await testCredential()).toEqual({
			status: 'Error',
			message: expect.stringContaining('busy'),
		});
	});
});

describe('A Base URL', () => {
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

	test('with http and a public host is refused in the test and in the node', async () => {
		const baseUrl = 'http://api.apikley.ru';
		const message = expect.stringContaining('Base URL');
		expect(await testCredential({ baseUrl })).toEqual({ status: 'Error', message });
		expect(await lookUp(baseUrl)).toMatchObject({ status: 'error', error: { message } });
	});
});

test('the HTTP Request node sends the key to the Base URL, but not to a redirect elsewhere', async () => {
	const { client, credential, simulator } = testBed();
	const location = `${simulator.videoBaseUrl}/videos/t/1.mp4`;
	simulator.setFaults([{ kind: 'redirect', location }]);
	const workflow = new WorkflowBuilder('HTTP Request').then(manualTrigger()).then({
		name: 'HTTP Request',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: {
			url: `${simulator.baseUrl}${LOOKUP}?taskId=t`,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'apikleyApi',
			options: {},
		},
		credentials: { apikleyApi: credential },
	});
	expect((await client.runToEnd(workflow.build())).status).toBe('success');
	const [sent] = simulator.requests();
	expect(sent?.headers.authorization).toBe(`Bearer ${API_KEY}`);
	const [followed, ...more] = simulator.requests({ server: 'videos' });
	expect(more).toEqual([]);
	expect(followed?.path).toBe('/videos/t/1.mp4');
	expect(followed?.headers).not.toHaveProperty('authorization');
});
