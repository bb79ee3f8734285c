import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import { createRequire } from 'node:module';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import tls from 'node:tls';

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

/** A proxy that ends the connection to an HTTPS server without TLS, once a request has arrived there. */
async function startBreakingProxy() {
	const { cert, private: key } = await generate([{ name: 'commonName', value: '127.0.0.1' }]);
	let received = 0;
	let client: Socket | null = null;
	const server = createTlsServer({ cert, key }, () => {
		received++;
		client?.write('HTTP/1.1 504 Gateway Timeout\r\n\r\n');
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const proxy = createServer((socket) => {
		client = socket;
		const upstream = connect((server.address() as AddressInfo).port, '127.0.0.1');
		for (const each of [socket, upstream]) each.on('error', () => upstream.destroy());
		socket.pipe(upstream).pipe(socket);
	});
	await once(proxy.listen(0, '127.0.0.1'), 'listening');
	const close = () => [proxy, server].forEach((each) => each.close());
	return { port: (proxy.address() as AddressInfo).port, received: () => received, close };
}

/** The item of a task that couldn't be looked up or downloaded. */
async function problemOf(simulated: SimulatedRun) {
	const result = await run({ ...simulated, onError: 'continueRegularOutput' });
	return jsonOf(result)[0];
}

describe('an error that no retry changes is a problem at once:', () => {
	let server: Awaited<ReturnType<typeof startTlsServer>>;

	beforeAll(async () => {
		server = await startTlsServer();
	});
	afterAll(() => server.close());

	test.each([{}, waiting({ timeout: 60 })])(
		'a self-signed certificate (%j)',
		async (parameters) => {
			const before = server.connections();
			const problem = await problemOf({
				tasks: ['t'],
				parameters,
				credential: { ...credential(), baseUrl: `https://127.0.0.1:${server.port}` },
			});
			expect(problem).toMatchObject({
				code: 'UNREACHABLE',
				message: expect.stringMatching(/self-signed.*Tried once/) as string,
			});
			expect(server.connections()).toBe(before + 1);
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
		const before = server.connections();
		const problem = await problemOf({
			tasks: [{ taskId: 't', resultUrls: [`https://127.0.0.1:${server.port}/1.mp4`] }],
			parameters: { operation: 'download' },
		});
		expect(problem).toMatchObject({
			status: 'succeeded',
			code: 'VIDEO_UNREACHABLE',
			message: expect.stringMatching(/self-signed.*Tried once/) as string,
		});
		expect(server.connections()).toBe(before + 1);
	});
});

test('a creation may have been received before its connection is ended without TLS, so it is uncertain', async () => {
	const proxy = await startBreakingProxy();
	const secure = tls.connect;
	// The certificate is the test's own
	const trusting = jest
		.spyOn(tls, 'connect')
		.mockImplementation(((options: tls.ConnectionOptions) =>
			secure({ ...options, rejectUnauthorized: false })) as typeof tls.connect);
	try {
		const problem = await problemOf({
			items: [{ prompt: 'A dog' }],
			parameters: { resource: 'video', operation: 'generate', prompt: '={{ $json.prompt }}' },
			credential: { ...credential(), baseUrl: `https://127.0.0.1:${proxy.port}` },
		});
		expect(problem).toMatchObject({ code: 'CREATION_UNCERTAIN' });
		expect(proxy.received()).toBe(1);
	} finally {
		trusting.mockRestore();
		proxy.close();
	}
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
