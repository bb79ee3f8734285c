import type { IncomingMessage, RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { BASE64_UPLOAD_PATH, STREAM_UPLOAD_PATH } from '../simulator/endpoints/uploads.mjs';
import type { FaultStep } from '../simulator/faults.mjs';
import { listen } from '../simulator/simulator.mjs';
import { uploadFailure } from '../simulator/uploads.mjs';
import { imageFile, STARTS } from '../unit/support/fakeBinaryData';
import { sha256 } from '../sha256.mjs';
import { storeBinaryDataIn, useBinaryData } from './support/binary-data.mjs';
import { simulator, useSimulator } from './support/simulated.mjs';
import { startUploads, type UploadRun } from './support/upload-run.mjs';

useSimulator();
useBinaryData();

const SMALL = imageFile(STARTS.png, 100_001);
const LARGE = imageFile(STARTS.jpeg, 12_000_001);

const uploads = async (run: UploadRun) => await startUploads(run).results;

async function withServer<T>(
	listener: RequestListener,
	use: (baseUrl: string) => Promise<T>,
): Promise<T> {
	const server = await listen(listener, 0);
	return await use(`http://127.0.0.1:${server.port}`).finally(async () => await server.close());
}

describe.each(['filesystem', 'default'] as const)('with binary data in mode "%s"', (mode) => {
	beforeEach(async () => await storeBinaryDataIn(mode));

	test.each([
		['small', SMALL, 'base64', 'image/png', /\.png$/],
		['large', LARGE, 'stream', 'image/jpeg', /\.jpg$/],
	])('a %s image arrives whole, and its address works', async (_, file, method, type, name) => {
		const [result] = await uploads({ items: [{ data: file }], fields: ['data'] });
		const [upload] = simulator.uploads();
		expect(upload).toMatchObject({ method, sha256: sha256(file), mimeType: type });
		expect(upload?.fileName).toMatch(name);
		expect(result).toEqual({ url: upload?.downloadUrl });
		const served = await fetch(String(result?.url));
		expect(sha256(Buffer.from(await served.arrayBuffer()))).toBe(sha256(file));
	});

	test.each<[string, FaultStep]>([
		['a server error', uploadFailure(500)],
		['a broken connection', { kind: 'reset', when: 'beforeHeaders' }],
		['too many requests', { kind: 'status', status: 429, retryAfterSeconds: 0 }],
	])('an upload is sent again, whole, after %s', async (_, fault) => {
		for (const path of [BASE64_UPLOAD_PATH, STREAM_UPLOAD_PATH]) {
			simulator.setPathFaults(path, [fault]);
		}
		const results = await uploads({
			items: [{ a: SMALL, b: LARGE }],
			fields: ['a', 'b'],
		});
		expect(results).toEqual([{ url: expect.any(String) }, { url: expect.any(String) }]);
		expect(simulator.requests().length).toBe(4);
		const arrived = simulator.uploads().map((upload) => upload.sha256);
		for (const file of [SMALL, LARGE]) expect(arrived).toContain(sha256(file));
	});

	test('an image that no task can use is found before any request', async () => {
		const results = await uploads({
			items: [
				{ data: SMALL, gif: imageFile(STARTS.gif) },
				{ data: Buffer.alloc(0), gif: imageFile(STARTS.png, 30_000_000) },
			],
			fields: ['gif', 'data', 'photo'],
		});
		expect(results.map(({ invalid }) => invalid)).toMatchObject([
			expect.stringContaining('holds a GIF image'),
			undefined,
			expect.stringContaining('Its binary fields are: "data", "gif"'),
			expect.stringContaining('28.62 MiB'),
			expect.stringContaining('is empty'),
			expect.stringContaining('no binary field "photo"'),
		]);
		expect(simulator.uploads()).toHaveLength(1);
	});
});

test.each(['filesystem', 'default'] as const)(
	'the same bytes are uploaded once for all fields and items that have them, with binary data in mode "%s"',
	async (mode) => {
		await storeBinaryDataIn(mode);
		const items = Array.from({ length: 20 }, () => ({ first: SMALL, last: SMALL }));
		const results = await uploads({ items, fields: ['first', 'last'] });
		const [upload] = simulator.uploads();
		expect(results).toEqual(Array.from({ length: 40 }, () => ({ url: upload?.downloadUrl })));
		expect(simulator.requests().length).toBe(1);
	},
);

test('a file that the API refuses is a problem, which names it, at once', async () => {
	simulator.setPathFaults(BASE64_UPLOAD_PATH, [uploadFailure(400, 'Unsupported file')]);
	const [result] = await uploads({ items: [{ data: SMALL }], fields: ['data'] });
	expect(result).toMatchObject({
		problem: { code: 400, retryable: false, message: expect.stringContaining('"data" of item 0') },
	});
	expect(simulator.requests().length).toBe(1);
});

test('a server that finds a file too large does not get it again', async () => {
	let requests = 0;
	const refuse: RequestListener = (request, response) => {
		requests++;
		response.writeHead(413).write('<h1>Request Entity Too Large</h1>');
		request.resume().on('end', () => response.end());
	};
	const run = { items: [{ data: LARGE }], fields: ['data'] };
	const [result] = await withServer(refuse, async (baseUrl) => await uploads({ ...run, baseUrl }));
	expect(result).toMatchObject({ problem: { code: 413 } });
	expect(requests).toBe(1);
});

test('the key and the file are not sent to where a response redirects', async () => {
	let requests = 0;
	const elsewhere: RequestListener = (_, response) => {
		requests++;
		response.end();
	};
	await withServer(elsewhere, async (location) => {
		const fault: FaultStep = { kind: 'redirect', location, status: 307 };
		simulator.setPathFaults(BASE64_UPLOAD_PATH, [fault]);
		simulator.setPathFaults(STREAM_UPLOAD_PATH, [fault]);
		const results = await uploads({ items: [{ a: SMALL, b: LARGE }], fields: ['a', 'b'] });
		expect(results).toMatchObject([{ problem: { code: 307 } }, { problem: { code: 307 } }]);
	});
	expect(requests).toBe(0);
});

test('an upload may take longer than the timeout, as long as its bytes flow', async () => {
	const arrived: Buffer[] = [];
	const readSlowly = async (request: IncomingMessage) => {
		for await (const chunk of request) {
			arrived.push(chunk as Buffer);
			if (arrived.length % 20 === 0) await sleep(300);
		}
	};
	const accept: RequestListener = (request, response) => {
		void readSlowly(request).then(() =>
			response.end(JSON.stringify({ code: 200, data: { downloadUrl: 'https://files/1' } })),
		);
	};
	const begun = performance.now();
	const run = { items: [{ data: LARGE }], fields: ['data'], options: { requestTimeout: 2 } };
	const [result] = await withServer(accept, async (baseUrl) => await uploads({ ...run, baseUrl }));
	expect(result).toEqual({ url: 'https://files/1' });
	expect(performance.now() - begun).toBeGreaterThan(2_000);
	expect(Buffer.concat(arrived).includes(LARGE)).toBe(true);
});

test('an upload ends within a second when the execution is cancelled', async () => {
	let started = () => {};
	const isStarted = new Promise<void>((resolve) => (started = resolve));
	await withServer(
		() => started(),
		async (baseUrl) => {
			const run = startUploads({ items: [{ data: LARGE }], fields: ['data'], baseUrl });
			await isStarted;
			const cancelledAt = performance.now();
			run.cancel();
			await run.results.catch(() => {});
			expect(performance.now() - cancelledAt).toBeLessThan(1_000);
		},
	);
});
