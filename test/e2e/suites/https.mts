import { bytesOfVideo, videoUrl } from '../../simulator/video-files.mjs';
import { API_KEY, testBed } from '../support/test-bed.mjs';
import { TlsRedirector } from '../support/tls-redirector.mjs';

let redirector: TlsRedirector;

/** Starts the HTTPS server of this suite, before n8n. Returns its certificate. */
export async function openTlsRedirector(): Promise<string> {
	redirector = await TlsRedirector.open();
	return redirector.certificate;
}

describe('Redirects from https to http', () => {
	const authorizations = () => redirector.received.map(({ authorization }) => authorization);

	beforeEach(() => redirector.received.splice(0));

	afterAll(async () => await redirector.close());

	test('the credential test is not redirected', async () => {
		const { client, simulator } = testBed();
		redirector.target = simulator.baseUrl;
		const data = { apiKey: API_KEY, baseUrl: redirector.origin };
		const { status } = await client.testCredential('apikleyApi', data);
		expect(status).toBe('Error');
		expect(authorizations()).toEqual([`Bearer ${API_KEY}`]);
		expect(simulator.requests()).toEqual([]);
	});

	test('a download is redirected, and no host receives the key', async () => {
		const { simulator, run } = testBed();
		redirector.target = simulator.videoBaseUrl;
		simulator.addTask({ taskId: 't', resultUrls: [videoUrl(redirector.origin, 't', '1')] });
		const parameters = { operation: 'download' };
		const { execution, run: node } = await run({ items: [{ taskId: 't' }], parameters });
		expect(execution.error).toBeNull();
		const { bytes } = node.outputs[0]?.[0]?.binary?.data ?? {};
		expect(bytes).toBe(bytesOfVideo('landscape').length);
		const [request, ...more] = simulator.requests({ server: 'videos' });
		expect(request?.status).toBe(200);
		expect(more).toEqual([]);
		expect([...authorizations(), request?.headers.authorization]).toEqual([undefined, undefined]);
	});
});
