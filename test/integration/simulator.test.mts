import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';

import axios, { type AxiosResponse } from 'axios';

import { startSimulatorProcess } from '../simulator/client.mjs';
import type { Simulator } from '../simulator/controls.mjs';
import { refused } from '../simulator/creation-plan.mjs';
import type { Fault, FaultStep } from '../simulator/faults.mjs';
import { presets } from '../simulator/presets.mjs';
import { startSimulator, type SimulatorOptions } from '../simulator/simulator.mjs';
import type { TaskScript, UnknownForm } from '../simulator/task-script.mjs';
import { matching } from './simulator/support.mjs';

// Some start processes, which takes seconds on a busy machine
jest.setTimeout(60_000);

const START = Date.parse('2025-06-06T10:25:00Z');
const KEY = { authorization: 'Bearer test-key' };
const RECORD_INFO = '/api/v1/veo/record-info?taskId=';
const GENERATE = '/api/v1/veo/generate';
const FALLBACK = { kind: 'succeeded', model: 'fallback' } as const;

type Script = Omit<TaskScript, 'taskId'>;
type Body = { code: number; msg: string; data: Record<string, unknown> | null };

let now = START;
let simulator: Simulator;

const at = (seconds: number) => {
	now = START + seconds * 1000;
};

const start = async (options: SimulatorOptions = {}) => {
	simulator = await startSimulator({ now: () => now, ...options });
};

beforeEach(async () => {
	at(0);
	await start();
});

afterEach(async () => await simulator.close());

const client = axios.create({
	validateStatus: () => true,
	maxRedirects: 0,
	// Else a request after the end may go to a connection whose close has not been noticed yet
	httpAgent: new Agent({ keepAlive: false }),
});

const apiUrl = (path: string) => `${simulator.baseUrl}${path}`;
const recordInfoUrl = (taskId = 't') => apiUrl(`${RECORD_INFO}${encodeURIComponent(taskId)}`);
const videoUrl = (name = '1') => `${simulator.videoBaseUrl}/videos/t/${name}.mp4`;

async function lookUp(taskId = 't', headers: Record<string, string> = KEY) {
	return await client.get<Body>(recordInfoUrl(taskId), { headers });
}

async function lookUpRecord(taskId?: string) {
	return (await lookUp(taskId)).data.data;
}

/** Returns the successFlag, or `unknown`. */
async function lookUpFlag(taskId?: string) {
	const record = await lookUpRecord(taskId);
	return record === null ? 'unknown' : record.successFlag;
}

/** Sends requests one after another and returns their statuses. */
async function statuses(count: number, send: () => Promise<AxiosResponse> = lookUp) {
	const list: number[] = [];
	for (let i = 0; i < count; i++) list.push((await send()).status);
	return list;
}

async function failure(request: Promise<unknown>): Promise<string | undefined> {
	return await request.then(
		() => undefined,
		(error: { code?: string }) => error.code ?? String(error),
	);
}

async function open(url = recordInfoUrl()) {
	return await client.get<IncomingMessage>(url, { headers: KEY, responseType: 'stream' });
}

/** Reads a body up to its end, or up to a break, whose code is returned. */
async function readAll({ data: response }: AxiosResponse<IncomingMessage>) {
	let bytes = 0;
	response.on('data', (piece: Buffer) => (bytes += piece.length));
	const code = await new Promise<string | undefined>((resolve) => {
		response.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
		response.once('end', () => resolve(undefined));
	});
	return { bytes, code };
}

/** Reads the first piece of a body, then gives up. */
async function readPiece({ data: response }: AxiosResponse<IncomingMessage>): Promise<string> {
	const [piece] = (await once(response, 'data')) as [Buffer];
	response.destroy();
	return piece.toString();
}

describe('requests to the API', () => {
	test.each([
		['http401', 401, {}],
		['http401', 401, { authorization: 'test-key' }],
		['code401', 200, { authorization: 'Bearer wrong' }],
	] as const)('a wrong key gets %s (HTTP %i): %j', async (authRejection, status, headers) => {
		simulator.setOptions({ authRejection });
		expect(await lookUp('t', headers)).toMatchObject({ status, data: { code: 401, data: null } });
	});

	test.each([
		['GET', '//', 404],
		['POST', RECORD_INFO, 405],
		['GET', GENERATE, 405],
	])('%s %s gets %i', async (method, path, status) => {
		const response = await client.request({ method, url: apiUrl(path), headers: KEY });
		expect(response.status).toBe(status);
	});

	const notFound = (code: number) => ({ code, msg: 'Record not found for taskId: t', data: null });

	test.each<[UnknownForm, number, unknown]>([
		['code422', 200, notFound(422)],
		['code404', 200, notFound(404)],
		['http422', 422, notFound(422)],
		['http404', 404, notFound(404)],
		['nullData', 200, { code: 200, msg: 'success', data: null }],
	])('an unknown task can look like %s (HTTP %i)', async (unknownAs, status, data) => {
		simulator.setOptions({ unknownAs });
		expect(await lookUp()).toMatchObject({ status, data });
	});

	test('a removed task is unknown, with code 422 by default', async () => {
		simulator.addTask({ taskId: 't' });
		simulator.removeTask('t');
		expect(await lookUp()).toMatchObject({ status: 200, data: notFound(422) });
	});
});

describe('the life of a task', () => {
	test.each<[string, Script, string]>([
		[
			'is unknown, then generates, then succeeds',
			{ unknownForSeconds: 1.1, durationSeconds: 2.3 },
			'0: unknown, 1.099: unknown, 1.1: 0, 2.299: 0, 2.3: 1',
		],
		[
			'is counted in lookups',
			{ unknownForLookups: 1, durationLookups: 2 },
			'0: unknown, 0: 0, 0: 1',
		],
		['generates for ever', { ending: { kind: 'never' } }, '1e6: 0'],
		[
			'ends with an odd flag',
			{ durationSeconds: 1, ending: { kind: 'oddFlag', successFlag: 7 } },
			'0: 0, 1: 7',
		],
	])('a task that %s: %j has the flags %s (by seconds)', async (_, script, timeline) => {
		simulator.addTask({ taskId: 't', ...script });
		for (const [seconds, flag] of timeline.split(', ').map((step) => step.split(': '))) {
			at(Number(seconds));
			expect(`${seconds}: ${await lookUpFlag()}`).toBe(`${seconds}: ${flag}`);
		}
	});

	test('a task can start at its first lookup', async () => {
		simulator.addTask({ taskId: 't', durationSeconds: 2, countedFrom: 'firstLookup' });
		at(100);
		const createTime = '2025-06-06T10:26:40Z';
		expect(await lookUpRecord()).toMatchObject({ successFlag: 0, createTime, completeTime: null });
		at(102);
		const completeTime = '2025-06-06T10:26:42Z';
		expect(await lookUpRecord()).toMatchObject({ successFlag: 1, createTime, completeTime });
	});

	test('the states of a task can be written out, and go back', async () => {
		const states = [
			{ data: { successFlag: 1 } },
			{ afterLookups: 1, data: { successFlag: 0 } },
			{ afterLookups: 3, data: null, code: 500 },
		];
		simulator.addTask({ taskId: 't', states });
		const bodies = [];
		for (let time = 0; time < 4; time++) bodies.push((await lookUp()).data);
		const running = { code: 200, msg: 'success', data: { successFlag: 0 } };
		expect(bodies).toEqual([
			{ code: 200, msg: 'success', data: { successFlag: 1 } },
			running,
			running,
			{ code: 500, msg: 'success', data: null },
		]);
	});
});

describe('a record', () => {
	const STARTED = '2025-06-06T10:25:00Z';
	const rejected = { kind: 'failed', successFlag: 2, errorCode: 400 } as const;
	const failed = { kind: 'failed', successFlag: 3 } as const;
	const lists = { resultUrls: ['r'], fullResultUrls: ['f'] };
	const originUrls = [matching(/^http:\/\/.*\/videos\/t\/origin-1.mp4$/)];

	test('the record of a success has the documented fields', async () => {
		simulator.addTask({ taskId: 't', prompt: 'A cat', params: { seeds: 7 }, videos: 2 });
		expect(await lookUpRecord()).toEqual({
			taskId: 't',
			paramJson: '{"prompt":"A cat","aspectRatio":"16:9","waterMark":"Apikley","seeds":7}',
			completeTime: STARTED,
			response: {
				taskId: 't',
				resultUrls: [videoUrl('1'), videoUrl('2')],
				originUrls: null,
				resolution: '720p',
			},
			successFlag: 1,
			errorCode: null,
			errorMessage: '',
			createTime: STARTED,
			fallbackFlag: false,
		});
	});

	test.each<[Script, object]>([
		[{ durationSeconds: 9 }, { successFlag: 0, response: null, completeTime: null }],
		[{ ending: FALLBACK }, { successFlag: 1, fallbackFlag: true }],
		[{ ending: rejected }, { successFlag: 2, errorCode: 400, errorMessage: matching(/flagged/) }],
		[{ ending: failed }, { successFlag: 3, errorCode: 501, errorMessage: matching(/task failed/) }],
		[{ ending: failed }, { response: null, completeTime: STARTED }],
		[{ aspectRatio: '9:16' }, { response: { originUrls } }],
		[{ resolution: '1080p' }, { response: { resolution: '1080p' } }],
		[lists, { response: lists }],
	])('the record of a task with %j has %j', async (script, fields) => {
		simulator.addTask({ taskId: 't', ...script });
		expect(await lookUpRecord()).toMatchObject(fields);
	});

	test('a script can override anything in a record', async () => {
		simulator.addTask({
			taskId: 't',
			durationSeconds: 1,
			data: { successFlag: '1', odd: [1] },
			endData: { response: { mediaIds: ['m'] } },
		});
		const odd = { successFlag: '1', odd: [1] };
		expect(await lookUpRecord()).toMatchObject({ ...odd, response: null });
		at(1);
		const response = { mediaIds: ['m'], resolution: '720p' };
		expect(await lookUpRecord()).toMatchObject({ ...odd, response });
	});
});

describe('faults', () => {
	const setUp = (...faults: FaultStep[]) => {
		simulator.addTask({ taskId: 't' });
		simulator.setFaults(faults);
	};
	const type = (value: string) => ({ 'content-type': value });
	const JSON_TYPE = type('application/json; charset=utf-8');
	const HTML_TYPE = type('text/html; charset=utf-8');
	const PAGE = matching(/^<!DOCTYPE html>/);
	const CHUNKED = { 'transfer-encoding': 'chunked' };
	const location = 'http://x.example/';

	test.each<[Fault, status: number, data: unknown, headers?: object]>([
		[{ kind: 'status', status: 500, msg: 'Slow' }, 500, { msg: 'Slow', data: null }, JSON_TYPE],
		[{ kind: 'status', status: 502, body: 'html' }, 502, PAGE, HTML_TYPE],
		[{ kind: 'status', status: 503, body: 'empty' }, 503, ''],
		[{ kind: 'status', status: 503, text: 'Busy' }, 503, 'Busy', type('text/plain; charset=utf-8')],
		[{ kind: 'status', status: 429, retryAfterSeconds: 3 }, 429, {}, { 'retry-after': '3' }],
		[{ kind: 'code', code: 455, msg: 'Off' }, 200, { code: 455, msg: 'Off', data: null }],
		[{ kind: 'html' }, 200, PAGE, HTML_TYPE],
		[{ kind: 'contentType', contentType: 'a/b' }, 200, { code: 200 }, type('a/b')],
		[{ kind: 'oversized', bytes: 9999 }, 200, { code: 200 }, { 'content-length': '9999' }],
		[{ kind: 'noLength' }, 200, { code: 200 }, CHUNKED],
		[{ kind: 'redirect', location, status: 308 }, 308, '', { location }],
		[{ kind: 'all', faults: [{ kind: 'html' }, { kind: 'noLength' }] }, 200, PAGE, CHUNKED],
		[{ kind: 'status', status: 99 }, 500, matching(/cannot follow its script: .*99/)],
	])('%j changes one response', async (fault, status, data, headers = {}) => {
		setUp(fault);
		expect(await lookUp()).toMatchObject({ status, headers, data });
		expect(await lookUpFlag()).toBe(1);
	});

	test('a connection can be reset before the headers, and after them', async () => {
		setUp({ kind: 'reset', when: 'beforeHeaders' }, { kind: 'reset', when: 'afterHeaders' });
		expect(await failure(lookUp())).toBe('ECONNRESET');
		expect(await readAll(await open())).toEqual({ bytes: 0, code: 'ECONNRESET' });
		await simulator.waitFor({ requests: 2, open: 0 });
		expect(simulator.requests()).toMatchObject([
			{ status: null, closedByClient: false },
			{ status: 200, closedByClient: false },
		]);
	});

	test('a body can be halved, cut off, or stall', async () => {
		setUp(
			{ kind: 'none' },
			{ kind: 'truncated' },
			{ kind: 'cutOff', afterBytes: 10 },
			{ kind: 'stall', afterBytes: 7 },
			{ kind: 'hang', when: 'midBody' },
		);
		const whole = JSON.stringify((await lookUp()).data);
		const half = whole.slice(0, Math.floor(whole.length / 2));
		expect((await lookUp()).data).toBe(half);
		expect(await readAll(await open())).toEqual({ bytes: 10, code: 'ECONNRESET' });
		expect(await readPiece(await open())).toBe('{"code"');
		expect(await readPiece(await open())).toBe(half);
		await simulator.waitFor({ closedByClient: 2, open: 0 });
		expect(simulator.requests()[4]).toMatchObject({ status: 200, closedByClient: true });
	});

	test('a fault lasts for some requests, or until it is cleared', async () => {
		setUp(
			{ kind: 'none' },
			{ kind: 'status', status: 500, times: 2 },
			{ kind: 'status', status: 503, times: 'always' },
		);
		expect(await statuses(5)).toEqual([200, 500, 500, 503, 503]);
		simulator.setFaults([]);
		expect(await statuses(1)).toEqual([200]);
	});

	test('the faults of a task spare other tasks, and come after those for all', async () => {
		simulator.addTask({ taskId: 't', faults: [{ kind: 'status', status: 500 }] });
		simulator.setTaskFaults('unknown', [{ kind: 'status', status: 501 }]);
		simulator.setFaults([{ kind: 'status', status: 502 }, { kind: 'none' }]);
		const taskIds = ['t', 't', 'u', 't', 'unknown'];
		const send = async () => await lookUp(taskIds.shift());
		expect(await statuses(5, send)).toEqual([502, 500, 200, 200, 501]);
	});

	test('a share of the lookups can fail all the time, if no fault is planned for them', async () => {
		const shares = [{ share: 0.5, plan: { kind: 'status', status: 503 } as const }];
		simulator.addTask({ taskId: 't' });
		simulator.setOptions({ lookupShares: { seed: 1, shares } });
		const first = await statuses(10);
		expect(new Set(first)).toEqual(new Set([200, 503]));
		expect(simulator.requests().map(({ fault }) => fault)).toEqual(
			first.map((status) => (status === 200 ? 'none' : 'status')),
		);
		simulator.setOptions({ lookupShares: { seed: 1, shares } });
		expect(await statuses(10)).toEqual(first);
		simulator.setFaults([{ kind: 'status', status: 500, times: 10 }]);
		expect(new Set(await statuses(10))).toEqual(new Set([500]));
	});

	test('a request that a fault keeps from the API does not count as a lookup', async () => {
		simulator.addTask({ taskId: 't', durationLookups: 1, faults: [{ kind: 'html' }] });
		await lookUp();
		expect([await lookUpFlag(), await lookUpFlag()]).toEqual([0, 1]);
	});
});

describe('the request log', () => {
	test('the log has each request with its times', async () => {
		const before = Date.now();
		await lookUp('a b', { ...KEY, 'x-mine': 'yes' });
		await simulator.waitFor({ open: 0 });
		const [request] = simulator.requests();
		expect(request).toMatchObject({
			taskId: 'a b',
			method: 'GET',
			path: '/api/v1/veo/record-info?taskId=a%20b',
			headers: { authorization: 'Bearer test-key', 'x-mine': 'yes' },
			status: 200,
			closedByClient: false,
		});
		expect(request?.startedAt).toBeGreaterThanOrEqual(before);
		expect(request?.endedAt).toBeLessThanOrEqual(Date.now());
		simulator.setOptions({ logHeaders: false });
		await lookUp();
		expect(simulator.requests()[1]?.headers).toEqual({});
	});

	test('the summary counts requests, also those in flight and those aborted', async () => {
		simulator.setTaskFaults('__proto__', [{ kind: 'hang', times: 'always' }]);
		const abort = new AbortController();
		const hanging = [1, 2].map(async () => {
			await failure(client.get(recordInfoUrl('__proto__'), { signal: abort.signal }));
		});
		await simulator.waitFor({ requests: 2, taskId: '__proto__' });
		await lookUp('a');
		await simulator.waitFor({ requests: 3, open: 2 });
		const { perTask, ...summary } = simulator.summary();
		expect(Object.entries(perTask)).toEqual([
			['__proto__', 2],
			['a', 1],
		]);
		expect(summary).toEqual({
			requests: 3,
			perStatus: { 200: 1 },
			maxInFlight: 3,
			open: 2,
			closedByClient: 0,
		});
		expect(simulator.requests({ taskId: '__proto__' })).toHaveLength(2);
		abort.abort();
		await Promise.all(hanging);
		const end = await simulator.waitFor({ open: 0, closedByClient: 2 });
		expect(end).toMatchObject({ perStatus: { 200: 1, none: 2 } });
		expect(simulator.requests()[0]).toMatchObject({ status: null, closedByClient: true });
	});
});

describe('the videos', () => {
	const fetchBytes = async (path = '/videos/t/1.mp4', headers: Record<string, string> = {}) =>
		await client.get<Buffer>(`${simulator.videoBaseUrl}${path}`, {
			headers,
			responseType: 'arraybuffer',
		});

	test('the videos are small MP4 files on another origin, landscape or portrait', async () => {
		expect(new URL(simulator.videoBaseUrl).origin).not.toBe(new URL(simulator.baseUrl).origin);
		simulator.addTask({ taskId: 't', aspectRatio: '9:16' });
		const portrait = await fetchBytes();
		const landscape = await fetchBytes('/videos/t/origin-1.mp4');
		for (const { headers, data } of [portrait, landscape]) {
			expect(headers['content-type']).toBe('video/mp4');
			expect(headers['content-length']).toBe(String(data.length));
			expect(data.subarray(4, 8).toString()).toBe('ftyp');
			expect(data.includes('avc1')).toBe(true);
		}
		expect(portrait.data.equals(landscape.data)).toBe(false);
		expect((await fetchBytes('/videos/other/1.mp4')).data).toEqual(landscape.data);
		expect((await fetchBytes('/else')).status).toBe(404);
	});

	test('requests for videos have a log of their own, even with an odd task ID', async () => {
		simulator.addTask({ taskId: 'ä/ b' });
		const { resultUrls } = (await lookUpRecord('ä/ b'))?.response as { resultUrls: [string] };
		expect((await client.get(resultUrls[0])).status).toBe(200);
		expect(simulator.requests({ server: 'videos' })).toMatchObject([{ taskId: 'ä/ b' }]);
		expect(simulator.summary('videos').requests).toBe(1);
		expect(simulator.summary().requests).toBe(1);
	});

	test('a video can be large, with or without a length, and cut anywhere', async () => {
		const bytes = 50 * 2 ** 20;
		const huge = 2 ** 40;
		const cutOff = { kind: 'cutOff', afterBytes: 5e6 } as const;
		simulator.setVideoFaults('*', [
			{ kind: 'all', faults: [{ kind: 'synthetic', bytes }, { kind: 'noLength' }] },
			{ kind: 'all', faults: [{ kind: 'synthetic', bytes: huge }, cutOff] },
			{ kind: 'synthetic', bytes: huge },
		]);
		const chunked = await open(videoUrl());
		expect(chunked.headers).not.toHaveProperty('content-length');
		expect(await readAll(chunked)).toEqual({ bytes, code: undefined });
		const broken = await open(videoUrl());
		expect(broken.headers['content-length']).toBe(String(huge));
		expect(await readAll(broken)).toEqual({ bytes: 5e6, code: 'ECONNRESET' });
		const tail = await fetchBytes(undefined, { range: `bytes=${huge - 20}-` });
		expect(tail.data.toString()).toBe('cdef0123456789abcdef');
	});
});

describe('start, reset and end', () => {
	test('closing ends all connections at once and frees the ports', async () => {
		simulator.setFaults([{ kind: 'hang' }]);
		const silent = connect(Number(new URL(simulator.baseUrl).port), '127.0.0.1');
		await once(silent, 'connect');
		const hanging = failure(lookUp());
		await simulator.waitFor({ requests: 1 });
		const waiting = simulator.waitFor({ requests: 99 });
		const silentEnd = once(silent, 'close');
		const closed = expect(waiting).rejects.toThrow('The simulator was closed');
		await simulator.close();
		await Promise.all([closed, silentEnd]);
		expect(await hanging).toBe('ECONNRESET');
		expect(simulator.requests()).toMatchObject([{ closedByClient: false }]);
		expect(await failure(lookUp())).toBe('ECONNREFUSED');
		await simulator.close();
	});

	test('a start on a port in use says so, in this process and in another', async () => {
		const port = Number(new URL(simulator.baseUrl).port);
		const message = `Port ${port} is in use by another program`;
		await expect(startSimulator({ port })).rejects.toThrow(message);
		await expect(startSimulatorProcess({ port })).rejects.toThrow(message);
	});

	test('a reset restores what was there after the start', async () => {
		await simulator.close();
		await start({ tasks: [{ taskId: 't', durationSeconds: 5 }], apiKey: 'first' });
		at(5);
		simulator.addTask({ taskId: 'u' });
		simulator.setOptions({ apiKey: 'test-key' });
		expect(await lookUpFlag()).toBe(1);
		simulator.setFaults([{ kind: 'html', times: 'always' }]);
		simulator.reset();
		expect(simulator.apiKey).toBe('first');
		expect(simulator.summary().requests).toBe(0);
		simulator.setOptions({ apiKey: 'test-key' });
		expect(await lookUpFlag()).toBe(0);
		expect(await lookUpFlag('u')).toBe('unknown');
	});
});

describe('in another process', () => {
	test('a simulator in another process has the same controls', async () => {
		const remote = await startSimulatorProcess({ apiKey: 'k', tasks: [{ taskId: 'first' }] });
		const look = async (taskId: string) =>
			await client.get(`${remote.baseUrl}${RECORD_INFO}${taskId}`, {
				headers: { authorization: `Bearer ${remote.apiKey}` },
			});
		try {
			expect((await look('first')).data).toMatchObject({ data: { successFlag: 1 } });
			await remote.addTasks([{ taskId: 'x' }, { taskId: 'y' }]);
			await remote.removeTask('y');
			expect((await look('y')).data).toMatchObject({ code: 422 });
			await remote.setTaskFaults('x', [{ kind: 'status', status: 501 }]);
			expect((await look('x')).status).toBe(501);
			expect(await remote.waitFor({ requests: 3, open: 0 })).toEqual(await remote.summary());
			expect(await remote.requests({ taskId: 'y' })).toMatchObject([{ status: 200 }]);
			expect(await remote.summary('videos')).toMatchObject({ requests: 0 });
			await remote.planCreations('*', [refused(429)]);
			const prompt = { prompt: 'A dog', model: 'veo3' };
			const headers = { authorization: `Bearer ${remote.apiKey}` };
			await client.post(`${remote.baseUrl}${GENERATE}`, prompt, { headers });
			expect(await remote.ledger({ prompt: 'A dog' })).toMatchObject([{ accepted: false }]);
			const to = { url: `${remote.videoBaseUrl}/nowhere` };
			expect(await remote.postCallback('x', { to })).toBe(404);
			const late = remote.waitFor({ requests: 99, timeoutMs: 1 });
			await expect(late).rejects.toThrow(/waitFor: .*Not within 1 ms/);
			await remote.reset();
			expect((await look('x')).data).toMatchObject({ code: 422 });
		} finally {
			await remote.stop();
		}
		expect(await failure(look('first'))).toBe('ECONNREFUSED');
		await remote.stop();
	});

	test('control requests have names, need no body, and are not logged', async () => {
		await lookUp();
		expect((await client.post(apiUrl('/__simulator/reset'))).status).toBe(200);
		expect((await client.post(apiUrl('/__simulator/nowhere'))).status).toBe(404);
		expect(simulator.summary().requests).toBe(0);
	});

	test('npm run simulator greets, moves off a busy port, and ends on Ctrl-C', async () => {
		const taken = new URL(simulator.baseUrl).port;
		const args = ['--import', 'tsx', 'test/simulator/main.mts', '--port', taken];
		const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
		let text = '';
		child.stdout.setEncoding('utf8').on('data', (piece: string) => {
			text += piece;
			if (text.includes('Ctrl-C')) child.kill('SIGINT');
		});
		expect(await once(child, 'close')).toEqual([0, null]);
		expect(text).toContain(`Port ${taken} is in use by another program; trying the next one`);
		expect(text).toMatch(/curl -H "Authorization: Bearer demo-key" "http.*taskId=demo-primary"/);
		for (const { script, description } of presets()) {
			expect(text).toMatch(new RegExp(`${script.taskId} +${description.slice(0, 10)}`));
		}
	});
});
