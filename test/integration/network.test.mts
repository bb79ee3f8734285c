import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

import { generate } from 'selfsigned';

import {
	credential,
	jsonOf,
	run,
	simulator,
	useSimulator,
	waiting,
	type SimulatedRun,
} from './support/simulated.mjs';

useSimulator();

/** Where n8n-core's engine finds its services. */
const loadFromCore = createRequire(require.resolve('n8n-core'));
const { Container } = loadFromCore('@n8n/di') as { Container: { get<T>(type: unknown): T } };
const { SsrfProtectionConfig } = loadFromCore('@n8n/config') as { SsrfProtectionConfig: unknown };

/** An HTTPS server whose certificate nothing trusts. */
async function startTlsServer() {
	const { cert, private: key } = await generate([{ name: 'commonName', value: '127.0.0.1' }]);
	const server = createTlsServer({ cert, key }, (_, response) => response.end());
	let connections = 0;
	server.on('connection', () => connections++);
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const { port } = server.address() as AddressInfo;
	return { port, connections: () => connections, close: () => server.close() };
}

/** The item of a task that couldn't be looked up or downloaded. */
async function problemOf(simulated: SimulatedRun) {
	const result = await run({ ...simulated, onError: 'continueRegularOutput' });
	return jsonOf(result)[0];
}

describe('an error that no retry changes is a problem at once:', () => {
	let tls: Awaited<ReturnType<typeof startTlsServer>>;

	beforeAll(async () => {
		tls = await startTlsServer();
	});
	afterAll(() => tls.close());

	test.each([{}, waiting({ timeout: 60 })])(
		'a self-signed certificate (%j)',
		async (parameters) => {
			const before = tls.connections();
			const problem = await problemOf({
				tasks: ['t'],
				parameters,
				credential: { ...credential(), baseUrl: `https://127.0.0.1:${tls.port}` },
			});
			expect(problem).toMatchObject({
				code: 'UNREACHABLE',
				message: expect.stringMatching(/self-signed.*Tried once/) as string,
			});
			expect(tls.connections()).toBe(before + 1);
		},
	);

	test('HTTP on the port of the Base URL, which begins with https://', async () => {
		const baseUrl = simulator.baseUrl.replace('http:', 'https:');
		const problem = await problemOf({ tasks: ['t'], credential: { ...credential(), baseUrl } });
		expect(problem).toMatchObject({
			code: 'UNREACHABLE',
			message: expect.stringMatching(/doesn't speak TLS.*Tried once/) as string,
		});
	});

	test('the certificate of a video host', async () => {
		const before = tls.connections();
		const problem = await problemOf({
			tasks: [{ taskId: 't', resultUrls: [`https://127.0.0.1:${tls.port}/1.mp4`] }],
			parameters: { operation: 'download' },
		});
		expect(problem).toMatchObject({
			status: 'succeeded',
			code: 'VIDEO_UNREACHABLE',
			message: expect.stringMatching(/self-signed.*Tried once/) as string,
		});
		expect(tls.connections()).toBe(before + 1);
	});
});

describe("n8n's guard against requests to internal addresses", () => {
	const guard = Container.get<{ enabled: boolean }>(SsrfProtectionConfig);

	beforeEach(() => {
		guard.enabled = true;
	});
	afterEach(() => {
		guard.enabled = false;
	});

	test.each([{}, waiting({ timeout: 60 })])('explains itself, at once (%j)', async (parameters) => {
		const problem = await problemOf({ tasks: [{ taskId: 't' }], parameters });
		expect(problem).toMatchObject({
			code: 'UNREACHABLE',
			message: expect.stringMatching(
				/restricted IP address\. The target .*127\.0\.0\.1.* allowlist.*Tried once/,
			) as string,
		});
		expect(simulator.summary().requests).toBe(0);
	});
});
