import { bytesOfVideo, videoUrl } from '../simulator/video-files.mjs';
import { API_KEY, lab, Lab, useLabOf } from './support/test-bed.mjs';
import { TlsRedirector } from './support/tls-redirector.mjs';

let redirector: TlsRedirector;

useLabOf(async () => {
	redirector = await TlsRedirector.open();
	return await Lab.open({ NODE_EXTRA_CA_CERTS: redirector.certificate });
});

beforeEach(() => redirector.received.splice(0));

afterAll(async () => await redirector.close());

describe('a redirect from https to http', () => {
	const authorizations = () => redirector.received.map(({ authorization }) => authorization);

	test('of a lookup is not followed: the key goes to the Base URL alone', async () => {
		const { client, simulator } = lab();
		simulator.addTask({ taskId: 't' });
		redirector.target = simulator.baseUrl;
		const data = { apiKey: API_KEY, baseUrl: redirector.origin };
		const credential = await client.createCredential('apikleyApi', data, 'Through TLS');
		const node = { credentials: { apikleyApi: credential } };
		const parameters = { operation: 'getStatus' };
		const { execution } = await lab().run({ items: [{ taskId: 't' }], parameters, node });
		expect(execution.error?.message).toContain(`The server redirects to ${simulator.baseUrl}`);
		expect(authorizations()).toEqual([`Bearer ${API_KEY}`]);
		expect(simulator.requests()).toEqual([]);
	});

	test('is not followed by the test of the credential either', async () => {
		const { client, simulator } = lab();
		redirector.target = simulator.baseUrl;
		const data = { apiKey: API_KEY, baseUrl: redirector.origin };
		const { status } = await client.testCredential('apikleyApi', data);
		expect(status).toBe('Error');
		expect(authorizations()).toEqual([`Bearer ${API_KEY}`]);
		expect(simulator.requests()).toEqual([]);
	});

	test('of a video is followed, and nobody is told the key', async () => {
		const { simulator } = lab();
		redirector.target = simulator.videoBaseUrl;
		simulator.addTask({ taskId: 't', resultUrls: [videoUrl(redirector.origin, 't', '1')] });
		const parameters = { operation: 'download' };
		const { execution, run } = await lab().run({ items: [{ taskId: 't' }], parameters });
		expect(execution.error).toBeNull();
		const { bytes } = run.outputs[0]?.[0]?.binary?.data ?? {};
		expect(bytes).toBe(bytesOfVideo('landscape').length);
		const [request, ...more] = simulator.requests({ server: 'videos' });
		expect(request?.status).toBe(200);
		expect(more).toEqual([]);
		expect([...authorizations(), request?.headers.authorization]).toEqual([undefined, undefined]);
	});
});
