import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get as httpGet, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { promisify } from 'node:util';

import axios, { type AxiosResponse } from 'axios';

import { startSimulatorProcess } from '../simulator/client.mjs';
import type { Simulator } from '../simulator/controls.mjs';
import type { FaultStep } from '../simulator/faults.mjs';
import { presets } from '../simulator/presets.mjs';
import { RequestLog } from '../simulator/request-log.mjs';
import { startSimulator, type SimulatorOptions } from '../simulator/simulator.mjs';
import { ABSENT, type TaskScript, type UnknownForm } from '../simulator/task-script.mjs';

// Some start processes, which takes seconds on a busy machine
jest.setTimeout(60_000);

const START = Date.parse('2025-06-06T10:25:00Z');
const KEY = { authorization: 'Bearer test-key' };
const NOT_FOUND = (code: number) => ({
	code,
	msg: 'Record not found for taskId: t',
	data: null,
});

let now = START;
let simulator: Simulator;

const at = (seconds: number) => {
	now = START + seconds * 1000;
};

const start = async (options: SimulatorOptions = {}) => {
	simulator = await startSimulator({ now: () => now, ...options });
	return simulator;
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

function recordInfoUrl(taskId = 't'): string {
	return `${simulator.baseUrl}/api/v1/veo/record-info?taskId=${encodeURIComponent(taskId)}`;
}

async function lookUp(taskId = 't', headers: Record<string, string> = KEY) {
	return await client.get(recordInfoUrl(taskId), { headers });
}

/** The `data` of the answer. */
async function dataOf(script: Omit<TaskScript, 'taskId'>) {
	simulator.addTask({ taskId: 't', ...script });
	return await data();
}

async function data() {
	return ((await lookUp()).data as { data: Record<string, unknown> | null }).data;
}

/** The successFlag, or `unknown`. */
async function flag() {
	const record = await data();
	return record === null ? 'unknown' : record.successFlag;
}

/** The body as it came, not parsed. */
async function raw(url = recordInfoUrl()): Promise<AxiosResponse<string>> {
	return await client.get(url, { headers: KEY, transformResponse: (text: string) => text });
}

async function failure(request: Promise<unknown>): Promise<string | undefined> {
	return await request.then(
		() => undefined,
		(error: { code?: string }) => error.code ?? String(error),
	);
}

/** With node's own client: what arrives before and after the headers can be told apart. */
async function open(url = recordInfoUrl()): Promise<IncomingMessage> {
	const request = httpGet(url, { headers: KEY, agent: false });
	const [response] = (await once(request, 'response')) as [IncomingMessage];
	// Node.js 24 tells a break to the request, too; the tests ask the response
	request.on('error', () => {});
	return response;
}

async function bytesBeforeBreak(response: IncomingMessage) {
	let bytes = 0;
	response.on('data', (piece: Buffer) => {
		bytes += piece.length;
	});
	const code = await new Promise<string | undefined>((resolve) => {
		response.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
		response.once('end', () => resolve(undefined));
	});
	return { bytes, code };
}

describe('the key', () => {
	test.each([{}, { authorization: 'Bearer wrong' }, { authorization: 'test-key' }])(
		'is rejected with HTTP 401: %j',
		async (headers) => {
			const { status, data } = await lookUp('t', headers);
			expect(status).toBe(401);
			expect(data).toMatchObject({ code: 401, data: null });
		},
	);

	test('is rejected with code 401 under HTTP 200, if so set', async () => {
		simulator.setOptions({ authRejection: 'code401' });
		const { status, data } = await lookUp('t', {});
		expect(status).toBe(200);
		expect(data).toMatchObject({ code: 401, data: null });
	});

	test('can change', async () => {
		simulator.setOptions({ apiKey: 'other' });
		expect((await lookUp()).status).toBe(401);
		expect((await lookUp('t', { authorization: 'Bearer other' })).status).toBe(200);
		expect(simulator.apiKey).toBe('other');
	});
});

describe('an unknown task', () => {
	const forms: Array<[UnknownForm, number, unknown]> = [
		['code422', 200, NOT_FOUND(422)],
		['code404', 200, NOT_FOUND(404)],
		['http422', 422, NOT_FOUND(422)],
		['http404', 404, NOT_FOUND(404)],
		['nullData', 200, { code: 200, msg: 'success', data: null }],
	];

	test.each(forms)('%s', async (unknownAs, status, body) => {
		simulator.setOptions({ unknownAs });
		expect(await lookUp()).toMatchObject({ status, data: body });
		simulator.setOptions({ unknownAs: 'code422' });
		simulator.addTask({ taskId: 't', unknownForSeconds: 1, unknownAs });
		expect(await lookUp()).toMatchObject({ status, data: body });
	});

	test('is code 422 by default; so is none', async () => {
		expect(await lookUp()).toMatchObject({ status: 200, data: NOT_FOUND(422) });
		expect(await lookUp('')).toMatchObject({ status: 200, data: { code: 422 } });
	});

	test('is what a removed task becomes', async () => {
		simulator.addTask({ taskId: 't' });
		simulator.removeTask('t');
		expect(await flag()).toBe('unknown');
	});
});

test('other paths and methods are not found', async () => {
	const doubled = recordInfoUrl().replace('/api', '//api');
	expect((await client.get(doubled, { headers: KEY })).status).toBe(404);
	expect((await client.get(`${simulator.baseUrl}//`, { headers: KEY })).status).toBe(404);
	expect((await client.get(`${simulator.baseUrl}/api`, { headers: KEY })).status).toBe(404);
	expect((await client.post(recordInfoUrl(), {}, { headers: KEY })).status).toBe(405);
});

describe('the life of a task', () => {
	test('is unknown, then generating, then succeeded', async () => {
		simulator.addTask({ taskId: 't', unknownForSeconds: 1.1, durationSeconds: 2.3 });
		expect(await flag()).toBe('unknown');
		at(1.099);
		expect(await flag()).toBe('unknown');
		at(1.1);
		expect(await flag()).toBe(0);
		at(2.299);
		expect(await flag()).toBe(0);
		at(2.3);
		expect(await flag()).toBe(1);
	});

	test('may start at its first lookup', async () => {
		simulator.addTask({ taskId: 't', durationSeconds: 2, countedFrom: 'firstLookup' });
		at(100);
		expect(await data()).toMatchObject({ successFlag: 0, createTime: '2025-06-06T10:26:40Z' });
		at(102);
		expect(await data()).toMatchObject({ successFlag: 1, completeTime: '2025-06-06T10:26:42Z' });
	});

	test('may be counted in lookups', async () => {
		simulator.addTask({ taskId: 't', unknownForLookups: 1, durationLookups: 2 });
		at(5);
		expect([await flag(), await flag(), await flag()]).toEqual(['unknown', 0, 1]);
		at(9);
		expect(await data()).toMatchObject({ completeTime: '2025-06-06T10:25:05Z' });
	});

	test('goes on with the clock that the test moves', async () => {
		simulator.addTask({ taskId: 't', durationSeconds: 60 });
		expect(await flag()).toBe(0);
		simulator.advanceClock(60);
		expect(await flag()).toBe(1);
	});

	test('never ends', async () => {
		simulator.addTask({ taskId: 't', ending: { kind: 'never' } });
		at(1e6);
		expect(await flag()).toBe(0);
	});

	test('has an odd flag for a time, or for ever', async () => {
		const odd = { kind: 'oddFlag', successFlag: 7 } as const;
		simulator.addTask({
			taskId: 't',
			durationSeconds: 1,
			ending: { ...odd, forSeconds: 2, then: { kind: 'failed', successFlag: 3 } },
		});
		expect(await flag()).toBe(0);
		at(1);
		expect(await flag()).toBe(7);
		at(3);
		expect(await flag()).toBe(3);
		simulator.addTask({ taskId: 't', ending: { ...odd, forLookups: 1 } });
		expect([await flag(), await flag()]).toEqual([7, 1]);
		simulator.addTask({ taskId: 't', ending: odd });
		at(1e6);
		expect(await flag()).toBe(7);
	});

	test('may be written out, and go back', async () => {
		simulator.addTask({
			taskId: 't',
			states: [
				{ afterSeconds: 1, data: { successFlag: 1, fallbackFlag: ABSENT } },
				{ afterSeconds: 2, data: { successFlag: 0 }, msg: 'again' },
				{ afterSeconds: 3, data: null, code: 500 },
				{ afterSeconds: 3, afterLookups: 4, data: 'odd' },
			],
		});
		expect((await lookUp()).data).toEqual(NOT_FOUND(422));
		at(1);
		expect((await lookUp()).data).toEqual({ code: 200, msg: 'success', data: { successFlag: 1 } });
		at(2);
		expect((await lookUp()).data).toEqual({ code: 200, msg: 'again', data: { successFlag: 0 } });
		at(3);
		expect((await lookUp()).data).toEqual({ code: 500, msg: 'success', data: null });
		expect((await lookUp()).data).toEqual({ code: 200, msg: 'success', data: 'odd' });
	});
});

describe('a record', () => {
	test('of a success has the documented fields', async () => {
		const record = await dataOf({ prompt: 'A cat', params: { seeds: 7 }, videos: 2 });
		const url = (n: number) => `${simulator.videoBaseUrl}/videos/t/${n}.mp4`;
		expect(record).toEqual({
			taskId: 't',
			paramJson: '{"prompt":"A cat","aspectRatio":"16:9","waterMark":"Apikley","seeds":7}',
			completeTime: '2025-06-06T10:25:00Z',
			response: {
				taskId: 't',
				resultUrls: [url(1), url(2)],
				originUrls: null,
				resolution: '720p',
			},
			successFlag: 1,
			errorCode: null,
			errorMessage: '',
			createTime: '2025-06-06T10:25:00Z',
			fallbackFlag: false,
		});
	});

	test('of a running task: msg success, nothing known yet', async () => {
		simulator.addTask({ taskId: 't', durationSeconds: 9 });
		expect((await lookUp()).data).toMatchObject({
			code: 200,
			msg: 'success',
			data: { successFlag: 0, response: null, completeTime: null, errorCode: null },
		});
	});

	test('tells the fallback model', async () => {
		const ending = { kind: 'succeeded', model: 'fallback' } as const;
		expect(await dataOf({ ending })).toMatchObject({ successFlag: 1, fallbackFlag: true });
	});

	test.each([
		[{ successFlag: 2, errorCode: 400 }, /flagged/],
		[{ successFlag: 3 }, /generation task failed/],
		[{ successFlag: 3, errorCode: 7, errorMessage: 'Out of paint' }, /^Out of paint$/],
	] as const)('tells a failure: %j', async (end, errorMessage) => {
		expect(await dataOf({ ending: { kind: 'failed', ...end } })).toMatchObject({
			errorCode: 501,
			...end,
			response: null,
			errorMessage: expect.stringMatching(errorMessage) as string,
		});
	});

	test('has origin and full videos, and a resolution', async () => {
		const record = await dataOf({
			aspectRatio: '9:16',
			fullResultUrls: ['http://x/full'],
			resolution: null,
		});
		expect(record).toMatchObject({
			response: {
				originUrls: [`${simulator.videoBaseUrl}/videos/t/origin-1.mp4`],
				fullResultUrls: ['http://x/full'],
				resolution: null,
			},
		});
		const own = await dataOf({
			originUrls: true,
			fullResultUrls: true,
			resultUrls: ['http://x/1'],
		});
		expect(own).toMatchObject({
			response: {
				resultUrls: ['http://x/1'],
				originUrls: [expect.stringContaining('/origin-1.mp4') as string],
				fullResultUrls: [expect.stringContaining('/full-1.mp4') as string],
			},
		});
	});

	test('escapes an odd task ID in its URLs', async () => {
		simulator.addTask({ taskId: 'ä/ b', aspectRatio: '9:16' });
		const { data } = await lookUp('ä/ b');
		const [url] = (data as { data: { response: { resultUrls: [string] } } }).data.response
			.resultUrls;
		expect((await client.get(url)).status).toBe(200);
		expect(simulator.requests({ server: 'videos' })[0]?.taskId).toBe('ä/ b');
	});
});

describe('the odd forms of a record', () => {
	const time = { createTime: '2025-06-06T10:25:00Z', completeTime: '2025-06-06T10:25:00Z' };
	/** The fields of `record` that `fields` has; `ABSENT` for one that is not there. */
	const same = (record: unknown, fields: object) =>
		Object.fromEntries(
			Object.keys(fields).map((key) => [key, { [key]: ABSENT, ...(record as object) }[key]]),
		);
	const all = (value: unknown) => ({ createTime: value, completeTime: value });

	test.each([
		[{ times: 'rfc3339' }, time],
		[{ times: 'spaced' }, all('2025-06-06 10:25:00')],
		[{ times: 'epochMs' }, all(START)],
		[{ times: 'null' }, all(null)],
		[{ times: 'absent' }, all(ABSENT)],
		[{ fallbackFlag: 'absent' }, { fallbackFlag: ABSENT }],
		[{ fallbackFlag: 'null' }, { fallbackFlag: null }],
		[{ noErrorMessage: 'null' }, { errorMessage: null }],
		[{ noErrorMessage: 'absent' }, { errorMessage: ABSENT }],
		[{ paramJson: 'broken' }, { paramJson: expect.stringMatching(/[^}]$/) as string }],
		[{ paramJson: 'empty' }, { paramJson: '' }],
		[{ paramJson: 'null' }, { paramJson: null }],
		[{ paramJson: 'absent' }, { paramJson: ABSENT }],
	] as const)('%j', async (forms, fields) => {
		expect(same(await dataOf({ forms }), fields)).toEqual(fields);
	});

	test.each([
		['jsonString', { resultUrls: '["u"]', originUrls: '["o"]', fullResultUrls: '["f"]' }],
		['null', { resultUrls: null, originUrls: null, fullResultUrls: null }],
		['absent', { resultUrls: ABSENT, originUrls: ABSENT, fullResultUrls: ABSENT }],
	] as const)('urls: %s', async (urls, fields) => {
		const lists = { resultUrls: ['u'], originUrls: ['o'], fullResultUrls: ['f'] };
		const record = await dataOf({ ...lists, forms: { urls } });
		expect(same(record?.response, fields)).toEqual(fields);
	});

	test('errorCode as a string, response absent', async () => {
		const record = await dataOf({
			ending: { kind: 'failed', successFlag: 2, errorCode: 400 },
			forms: { errorCode: 'string', emptyResponse: 'absent' },
		});
		expect(record).toMatchObject({ errorCode: '400' });
		expect(record).not.toHaveProperty('response');
	});

	test('anything else by overrides', async () => {
		const script = {
			durationSeconds: 1,
			data: { taskId: ABSENT, successFlag: '1', odd: [ABSENT] },
			endData: { response: { resolution: ABSENT, mediaIds: ['m'] } },
		};
		expect(await dataOf(script)).toMatchObject({ successFlag: '1', response: null, odd: [ABSENT] });
		at(1);
		const record = await data();
		expect(record).not.toHaveProperty('taskId');
		expect(record?.response).toMatchObject({ mediaIds: ['m'], originUrls: null });
		expect(record?.response).not.toHaveProperty('resolution');
	});
});

describe('creating a task', () => {
	const create = async (order: object) =>
		(await client.post(`${simulator.baseUrl}/api/v1/veo/generate`, order, { headers: KEY })).data;
	const lookUpCreated = async (prompt: string, which: number) =>
		(await lookUp(simulator.createdTasks(prompt)[which])).data.data;

	test('gives its ID; the task knows its prompt and parameters', async () => {
		const order = { prompt: 'A cat', aspectRatio: '9:16', model: 'veo3_fast' };
		const taskId = expect.stringMatching(/^veo_task_/);
		expect(await create(order)).toEqual({ code: 200, msg: 'success', data: { taskId } });
		const { paramJson, successFlag } = await lookUpCreated('A cat', 0);
		expect(successFlag).toBe(1);
		expect(JSON.parse(paramJson)).toMatchObject(order);
	});

	test('lives as planned for its prompt, the last plan standing for all that follow', async () => {
		const failed = { kind: 'failed', successFlag: 3, errorCode: 500 } as const;
		simulator.planTasks('A dog', [{ ending: failed }, { resolution: '1080p' }]);
		for (let time = 0; time < 3; time++) await create({ prompt: 'A dog' });
		expect(await lookUpCreated('A dog', 0)).toMatchObject({ successFlag: 3, errorCode: 500 });
		for (const which of [1, 2]) {
			expect(await lookUpCreated('A dog', which)).toMatchObject({
				response: { resolution: '1080p' },
			});
		}
	});

	test('needs a prompt, a key and POST', async () => {
		const refused = { code: 422, msg: 'Prompt cannot be empty', data: null };
		expect(await create({ prompt: ' ' })).toEqual(refused);
		expect(await create([])).toEqual(refused);
		const url = `${simulator.baseUrl}/api/v1/veo/generate`;
		expect((await client.post(url, { prompt: 'A cat' })).status).toBe(401);
		expect((await client.get(url, { headers: KEY })).status).toBe(405);
		expect(simulator.createdTasks('A cat')).toEqual([]);
	});
});

describe('the 1080p video', () => {
	const ask = async () => {
		const url = `${simulator.baseUrl}/api/v1/veo/get-1080p-video?taskId=t`;
		return (await client.get(url, { headers: KEY })).data;
	};

	test('of a task by the primary model is ready after as many requests as scripted', async () => {
		simulator.addTask({ taskId: 't', upgradeNotReadyFor: 1 });
		expect(await ask()).toMatchObject({ code: 422, data: null });
		const { code, data: upgraded } = await ask();
		expect({ code, upgraded }).toEqual({
			code: 200,
			upgraded: { resultUrl: `${simulator.videoBaseUrl}/videos/t/1080p-1.mp4` },
		});
		expect((await client.get(upgraded.resultUrl)).headers['content-type']).toBe('video/mp4');
	});

	test.each<[string, TaskScript | null]>([
		['nobody knows', null],
		['still runs', { taskId: 't', ending: { kind: 'never' } }],
		['the fallback model made', { taskId: 't', ending: { kind: 'succeeded', model: 'fallback' } }],
	])('is refused for a task that %s', async (_, script) => {
		if (script) simulator.addTask(script);
		expect(await ask()).toMatchObject({ code: 422, data: null });
	});
});

describe('faults', () => {
	const fault = (...faults: FaultStep[]) => {
		simulator.addTask({ taskId: 't' });
		simulator.setFaults(faults);
	};

	test('a status with JSON, HTML, text or nothing, and headers', async () => {
		fault(
			{ kind: 'status', status: 500, msg: 'Timeout', headers: { 'x-odd': '1' } },
			{ kind: 'status', status: 502, body: 'html' },
			{ kind: 'status', status: 503, body: 'empty', retryAfterSeconds: 3 },
			{ kind: 'status', status: 429, text: 'slow down', retryAfterDateInSeconds: 60 },
		);
		expect(await raw()).toMatchObject({
			status: 500,
			data: '{"code":500,"msg":"Timeout","data":null}',
			headers: { 'x-odd': '1', 'content-type': 'application/json; charset=utf-8' },
		});
		const html = await raw();
		expect(html.status).toBe(502);
		expect(html.headers['content-type']).toBe('text/html; charset=utf-8');
		expect(html.data).toMatch(/^<!DOCTYPE html>/);
		expect(await raw()).toMatchObject({ status: 503, data: '', headers: { 'retry-after': '3' } });
		expect(await raw()).toMatchObject({
			status: 429,
			data: 'slow down',
			headers: { 'retry-after': 'Fri, 06 Jun 2025 10:26:00 GMT' },
		});
		expect(await flag()).toBe(1);
	});

	test('any code under HTTP 200', async () => {
		fault({ kind: 'code', code: 455, msg: 'Maintenance' });
		const body = { code: 455, msg: 'Maintenance', data: null };
		expect(await lookUp()).toMatchObject({ status: 200, data: body });
	});

	test('a page, another type, half of the JSON, too much of it', async () => {
		fault(
			{ kind: 'html' },
			{ kind: 'contentType', contentType: 'text/plain' },
			{ kind: 'truncated' },
			{ kind: 'truncated', bytes: 5 },
			{ kind: 'oversized', bytes: 300_000 },
		);
		expect(await raw()).toMatchObject({
			status: 200,
			headers: { 'content-type': 'text/html; charset=utf-8' },
		});
		const plain = await raw();
		expect(plain.headers['content-type']).toBe('text/plain');
		expect((await raw()).data).toBe(plain.data.slice(0, Math.floor(plain.data.length / 2)));
		expect((await raw()).data).toBe('{"cod');
		const large = await raw();
		expect(large.data).toHaveLength(300_000);
		expect(large.data.trimEnd()).toBe(plain.data);
	});

	test.each([301, 302, 303, 307, 308])('a redirect with %i', async (status) => {
		fault({ kind: 'redirect', location: 'http://elsewhere.example/', status });
		const headers = { location: 'http://elsewhere.example/' };
		expect(await raw()).toMatchObject({ status, headers });
	});

	test('a reset before the headers, and after them', async () => {
		fault({ kind: 'reset', when: 'beforeHeaders' }, { kind: 'reset', when: 'afterHeaders' });
		expect(await failure(lookUp())).toBe('ECONNRESET');
		const response = await open();
		expect(response.statusCode).toBe(200);
		expect(await bytesBeforeBreak(response)).toEqual({ bytes: 0, code: 'ECONNRESET' });
		await simulator.waitFor({ requests: 2, open: 0 });
		expect(simulator.requests()).toMatchObject([
			{ status: null, closedByClient: false },
			{ status: 200, closedByClient: false },
		]);
	});

	test('silence before the headers, until the client gives up', async () => {
		fault({ kind: 'hang' });
		const giveUp = new AbortController();
		const request = client.get(recordInfoUrl(), { headers: KEY, signal: giveUp.signal });
		await simulator.waitFor({ requests: 1, open: 1 });
		giveUp.abort();
		expect(await failure(request)).toBe('ERR_CANCELED');
		await simulator.waitFor({ closedByClient: 1, open: 0 });
		expect(simulator.requests()).toMatchObject([{ status: null, closedByClient: true }]);
	});

	test('silence in mid body', async () => {
		fault({ kind: 'hang', when: 'midBody' });
		const response = await open();
		const [piece] = (await once(response, 'data')) as [Buffer];
		expect(piece.length).toBe(Math.floor(Number(response.headers['content-length']) / 2));
		response.destroy();
		await simulator.waitFor({ closedByClient: 1, open: 0 });
		expect(simulator.requests()).toMatchObject([{ status: 200, closedByClient: true }]);
	});

	test('a body that is cut off, and one that stalls', async () => {
		fault({ kind: 'cutOff', afterBytes: 10 }, { kind: 'stall', afterBytes: 7 });
		expect(await bytesBeforeBreak(await open())).toEqual({ bytes: 10, code: 'ECONNRESET' });
		const stalling = await open();
		const [piece] = (await once(stalling, 'data')) as [Buffer];
		expect(piece.toString()).toBe('{"code"');
		stalling.destroy();
	});

	test('a slow body, a late answer', async () => {
		fault({ kind: 'slow', bytesPerSecond: 20_000 }, { kind: 'delay', ms: 30 });
		const slow = await open();
		const { bytes } = await bytesBeforeBreak(slow);
		expect(bytes).toBe(Number(slow.headers['content-length']));
		expect(await flag()).toBe(1);
		const [first, second] = simulator.requests();
		// Timers may fire a millisecond early
		expect((first?.endedAt ?? 0) - (first?.startedAt ?? 0)).toBeGreaterThanOrEqual(20);
		expect((second?.endedAt ?? 0) - (second?.startedAt ?? 0)).toBeGreaterThanOrEqual(29);
	});

	test('that make no sense are answered with the reason', async () => {
		fault({ kind: 'status', status: 99 });
		expect(await raw()).toMatchObject({
			status: 500,
			data: expect.stringContaining('99') as string,
		});
		simulator.addTask({ taskId: 't', states: [] });
		simulator.setFaults([{ kind: 'redirect', location: 'http://x/\n' }]);
		expect((await raw()).data).toMatch(/cannot follow its script: .*location/);
		expect(await flag()).toBe('unknown');
	});

	test('several at once', async () => {
		fault({
			kind: 'all',
			faults: [
				{ kind: 'noLength' },
				{ kind: 'contentType', contentType: 'text/html' },
				{ kind: 'truncated', bytes: 3 },
			],
		});
		const { headers, data } = await raw();
		expect(headers).toMatchObject({ 'content-type': 'text/html', 'transfer-encoding': 'chunked' });
		expect(headers).not.toHaveProperty('content-length');
		expect(data).toBe('{"c');
	});

	test('stand for so many requests, or until they are cleared', async () => {
		const statuses = async (count: number) => {
			const list = [];
			for (let i = 0; i < count; i++) list.push((await lookUp()).status);
			return list;
		};
		fault(
			{ kind: 'none' },
			{ kind: 'status', status: 500, times: 2 },
			{ kind: 'status', status: 503, times: 'always' },
		);
		expect(await statuses(5)).toEqual([200, 500, 500, 503, 503]);
		simulator.setFaults([]);
		expect(await statuses(1)).toEqual([200]);
	});

	test('of one task leave the others alone, and come after those of all', async () => {
		simulator.addTask({ taskId: 't', faults: [{ kind: 'status', status: 500 }] });
		simulator.setTaskFaults('unknown', [{ kind: 'status', status: 501 }]);
		simulator.setFaults([{ kind: 'status', status: 502 }, { kind: 'none' }]);
		const statuses = [];
		for (const id of ['t', 't', 'u', 't', 'unknown']) statuses.push((await lookUp(id)).status);
		expect(statuses).toEqual([502, 500, 200, 200, 501]);
	});

	test('that keep a request from the API do not count as its lookup', async () => {
		simulator.addTask({ taskId: 't', durationLookups: 1, faults: [{ kind: 'html' }] });
		await lookUp();
		expect([await flag(), await flag()]).toEqual([0, 1]);
	});
});

describe('load', () => {
	test('more requests a second than allowed get 429', async () => {
		simulator.setOptions({ rateLimit: { requestsPerSecond: 2, retryAfterSeconds: 1 } });
		simulator.addTask({ taskId: 't' });
		const statuses = async () =>
			(await Promise.all([lookUp(), lookUp(), lookUp()])).map(({ status }) => status).sort();
		expect(await statuses()).toEqual([200, 200, 429]);
		at(0.999);
		const rejected = await lookUp();
		expect(rejected).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
		at(1);
		expect(await statuses()).toEqual([200, 200, 429]);
		simulator.setOptions({ rateLimit: { requestsPerSecond: 1 } });
		expect((await lookUp()).headers).not.toHaveProperty('retry-after');
	});

	test('every answer may take its time', async () => {
		simulator.setOptions({ responseDelayMs: 20 });
		await Promise.all([lookUp(), lookUp(), lookUp()]);
		await simulator.waitFor({ open: 0 });
		for (const { startedAt, endedAt } of simulator.requests()) {
			expect((endedAt ?? 0) - startedAt).toBeGreaterThanOrEqual(19);
		}
		expect(simulator.summary().maxInFlight).toBe(3);
	});
});

describe('the request log', () => {
	test('holds each request', async () => {
		const before = Date.now();
		await lookUp('a b', { ...KEY, 'x-mine': 'yes' });
		await simulator.waitFor({ open: 0 });
		const [request] = simulator.requests();
		expect(request).toMatchObject({
			id: 1,
			taskId: 'a b',
			method: 'GET',
			path: '/api/v1/veo/record-info?taskId=a%20b',
			headers: { authorization: 'Bearer test-key', 'x-mine': 'yes' },
			status: 200,
			closedByClient: false,
			inFlight: 1,
		});
		expect(request?.startedAt).toBeGreaterThanOrEqual(before);
		expect(request?.endedAt).toBeLessThanOrEqual(Date.now());
	});

	test('counts', async () => {
		simulator.setTaskFaults('b', [{ kind: 'hang', times: 'always' }]);
		const abort = new AbortController();
		const hanging = [1, 2].map(async () => {
			await failure(client.get(recordInfoUrl('b'), { signal: abort.signal }));
		});
		await simulator.waitFor({ requests: 2, taskId: 'b' });
		await lookUp('a');
		await simulator.waitFor({ requests: 3, open: 2 });
		expect(simulator.summary()).toEqual({
			requests: 3,
			perTask: { a: 1, b: 2 },
			perStatus: { 200: 1 },
			maxInFlight: 3,
			open: 2,
			closedByClient: 0,
		});
		expect(simulator.requests({ taskId: 'b' }).map(({ inFlight }) => inFlight)).toEqual([1, 2]);
		abort.abort();
		await Promise.all(hanging);
		expect(await simulator.waitFor({ open: 0, closedByClient: 2 })).toMatchObject({
			perStatus: { 200: 1, none: 2 },
		});
	});

	test('keeps as little as it is told', async () => {
		simulator.setOptions({ logRequests: 'withoutHeaders' });
		await lookUp();
		expect(simulator.requests()).toMatchObject([{ headers: {} }]);
		simulator.setOptions({ logRequests: 'summaryOnly' });
		await lookUp();
		expect(simulator.requests()).toHaveLength(1);
		expect(simulator.summary().requests).toBe(2);
		simulator.clearRequests();
		expect(simulator.requests()).toEqual([]);
		expect(simulator.summary()).toMatchObject({ requests: 0, perTask: {} });
	});

	test('holds 100,000', () => {
		const log = new RequestLog();
		for (let i = 0; i < 100_000; i++) {
			const taskId = `t${i % 10_000}`;
			log.begin({ taskId, method: 'GET', path: '/', headers: {} })({
				status: 200,
				closedByClient: false,
			});
		}
		expect(log.requests()).toHaveLength(100_000);
		expect(log.summary()).toMatchObject({ requests: 100_000, maxInFlight: 1, open: 0 });
		expect(log.summary().perTask.t9999).toBe(10);
	});

	test('says what was missing when it waited in vain', async () => {
		await expect(simulator.waitFor({ requests: 1, timeoutMs: 1 })).rejects.toThrow(
			/Not within 1 ms: .*"requests":1.*the log: .*"requests":0/,
		);
	});
});

describe('the videos', () => {
	const url = (path = '/videos/t/1.mp4') => `${simulator.videoBaseUrl}${path}`;
	const fetchBytes = async (path?: string, headers: Record<string, string> = {}) =>
		await client.get<Buffer>(url(path), { headers, responseType: 'arraybuffer' });

	test('are on another origin', () => {
		expect(new URL(simulator.videoBaseUrl).origin).not.toBe(new URL(simulator.baseUrl).origin);
	});

	test('are small MP4 files, landscape or portrait', async () => {
		simulator.addTask({ taskId: 't', aspectRatio: '9:16' });
		const portrait = await fetchBytes();
		const landscape = await fetchBytes('/videos/t/origin-1.mp4');
		for (const { headers, data } of [portrait, landscape]) {
			expect(headers['content-type']).toBe('video/mp4');
			expect(headers['content-length']).toBe(String(data.length));
			expect(data.length).toBeLessThan(30_000);
			expect(data.subarray(4, 8).toString()).toBe('ftyp');
			expect(data.includes('avc1')).toBe(true);
		}
		expect(portrait.data.equals(landscape.data)).toBe(false);
		expect((await fetchBytes('/videos/other/1.mp4')).data).toEqual(landscape.data);
		expect((await fetchBytes('/else')).status).toBe(404);
	});

	test.each([
		['bytes=0-3', 0, 4],
		['bytes=100-', 100, undefined],
		['bytes=-10', -10, undefined],
		['bytes=10-99999999', 10, undefined],
	])('support Range: %s', async (range, from, to) => {
		const whole = await fetchBytes();
		expect(whole.headers['accept-ranges']).toBe('bytes');
		const { status, data, headers } = await fetchBytes(undefined, { range });
		expect(status).toBe(206);
		expect(data).toEqual(whole.data.subarray(from, to));
		const first = from < 0 ? whole.data.length + from : from;
		const last = first + data.length - 1;
		expect(headers['content-range']).toBe(`bytes ${first}-${last}/${whole.data.length}`);
	});

	test('answer 416 beyond the end, and HEAD without a body', async () => {
		expect((await fetchBytes(undefined, { range: 'bytes=999999-' })).status).toBe(416);
		const { status, headers, data } = await client.head<string>(url());
		expect({ status, data }).toEqual({ status: 200, data: '' });
		expect(Number(headers['content-length'])).toBeGreaterThan(1000);
	});

	test('are logged with the headers that came', async () => {
		await fetchBytes(undefined, { 'x-mine': 'yes' });
		const [request] = simulator.requests({ server: 'videos' });
		expect(request).toMatchObject({ taskId: 't', path: '/videos/t/1.mp4' });
		expect(request?.headers).toHaveProperty('x-mine');
		expect(request?.headers).not.toHaveProperty('authorization');
		expect(simulator.summary('videos').requests).toBe(1);
		expect(simulator.summary().requests).toBe(0);
	});

	test('fail by script: status, type, redirect, no ranges', async () => {
		simulator.setVideoFaults(url(), [
			{ kind: 'status', status: 403 },
			{ kind: 'status', status: 404, body: 'html' },
			{ kind: 'status', status: 410, body: 'empty' },
			{ kind: 'contentType', contentType: 'application/octet-stream' },
			{ kind: 'html' },
			{ kind: 'redirect', location: '/videos/t/2.mp4' },
			{ kind: 'noRange' },
		]);
		const answers = [];
		for (let i = 0; i < 8; i++) answers.push(await fetchBytes(undefined, { range: 'bytes=0-9' }));
		expect(answers.map(({ status }) => status)).toEqual([403, 404, 410, 206, 206, 302, 200, 206]);
		expect(answers[3]?.headers['content-type']).toBe('application/octet-stream');
		expect(answers[6]?.headers).not.toHaveProperty('accept-ranges');
	});

	test('are cut off, or stall', async () => {
		simulator.setVideoFaults('*', [
			{ kind: 'cutOff', afterBytes: 1000 },
			{ kind: 'stall', afterBytes: 1000 },
		]);
		expect(await bytesBeforeBreak(await open(url()))).toEqual({ bytes: 1000, code: 'ECONNRESET' });
		const stalling = await open(url());
		const [piece] = (await once(stalling, 'data')) as [Buffer];
		expect(piece.length).toBe(1000);
		stalling.destroy();
		await simulator.waitFor({ server: 'videos', closedByClient: 1, open: 0 });
	});

	test('may be large, with and without a length, and cut anywhere', async () => {
		const bytes = 50 * 1024 * 1024;
		simulator.setVideoFaults('/videos/t/1.mp4', [
			{ kind: 'synthetic', bytes },
			{ kind: 'all', faults: [{ kind: 'synthetic', bytes }, { kind: 'noLength' }] },
			{ kind: 'synthetic', bytes: 2 ** 40 },
			{ kind: 'synthetic', bytes: 2 ** 40 },
		]);
		const whole = await open(url());
		expect(whole.headers['content-length']).toBe(String(bytes));
		expect(await bytesBeforeBreak(whole)).toEqual({ bytes, code: undefined });
		const chunked = await open(url());
		expect(chunked.headers).not.toHaveProperty('content-length');
		expect(await bytesBeforeBreak(chunked)).toEqual({ bytes, code: undefined });
		const huge = await open(url());
		expect(huge.headers['content-length']).toBe(String(2 ** 40));
		huge.destroy();
		const tail = await fetchBytes(undefined, { range: `bytes=${2 ** 40 - 20}-` });
		expect(tail.data.toString()).toBe('cdef0123456789abcdef');
		await simulator.waitFor({ server: 'videos', open: 0 });
	});
});

describe('the end', () => {
	test('closes all connections at once and frees the ports', async () => {
		simulator.setFaults([{ kind: 'hang' }]);
		simulator.setVideoFaults('*', [{ kind: 'delay', ms: 60_000 }]);
		const silent = connect(Number(new URL(simulator.baseUrl).port), '127.0.0.1');
		await once(silent, 'connect');
		const hanging = failure(lookUp());
		const delayed = failure(client.get(`${simulator.videoBaseUrl}/videos/t/1.mp4`));
		await simulator.waitFor({ requests: 1 });
		await simulator.waitFor({ server: 'videos', requests: 1 });
		const waiting = simulator.waitFor({ requests: 99 });
		const silentEnd = once(silent, 'close');
		const closed = expect(waiting).rejects.toThrow('The simulator was closed');
		await simulator.close();
		await Promise.all([closed, silentEnd]);
		expect(await Promise.all([hanging, delayed])).toEqual(['ECONNRESET', 'ECONNRESET']);
		expect(simulator.requests()).toMatchObject([{ closedByClient: false }]);
		expect(await failure(lookUp())).toBe('ECONNREFUSED');
		await simulator.close();
	});

	test('a port in use is said so, and nothing is left of the start', async () => {
		const taken = Number(new URL(simulator.baseUrl).port);
		await expect(startSimulator({ port: taken })).rejects.toThrow(
			`Port ${taken} is in use by another program`,
		);
		await expect(startSimulator({ videoPort: taken })).rejects.toThrow(/is in use/);
	});
});

test('a reset brings back the start', async () => {
	await simulator.close();
	await start({ tasks: [{ taskId: 't', durationSeconds: 5 }], apiKey: 'first' });
	simulator.advanceClock(5);
	simulator.addTask({ taskId: 'u' });
	simulator.setOptions({ apiKey: 'test-key' });
	expect(await flag()).toBe(1);
	simulator.setFaults([{ kind: 'html', times: 'always' }]);
	simulator.reset();
	expect(simulator.apiKey).toBe('first');
	expect(simulator.summary().requests).toBe(0);
	simulator.setOptions({ apiKey: 'test-key' });
	expect(await flag()).toBe(0);
	expect((await lookUp('u')).data).toMatchObject({ code: 422 });
});

test('the presets are eight fates, as described', async () => {
	const list = presets(0.5);
	simulator.addTasks(list.map(({ script }) => script));
	const flags = async () =>
		await Promise.all(
			list.map(async ({ script }) => {
				const { data } = await lookUp(script.taskId);
				return (data as { data: { successFlag: number } | null }).data?.successFlag;
			}),
		);
	expect(await flags()).toEqual([0, 0, 0, 0, 0, undefined, 0, 0]);
	at(12.5);
	expect(await flags()).toEqual([1, 1, 1, 2, 3, 1, 1, 0]);
	expect(list[3]?.description).toBe(
		'Fails after 2 s: the prompt is rejected (errorCode 400, successFlag 2)',
	);
});

describe('in another process', () => {
	test('has the same controls', async () => {
		const remote = await startSimulatorProcess({ apiKey: 'k', tasks: [{ taskId: 'first' }] });
		const look = async (taskId: string) =>
			await client.get(`${remote.baseUrl}/api/v1/veo/record-info`, {
				params: { taskId },
				headers: { authorization: `Bearer ${remote.apiKey}` },
			});
		try {
			expect((await look('first')).data).toMatchObject({ data: { successFlag: 1 } });
			await remote.addTask({ taskId: 'slow', durationSeconds: 100 });
			await remote.addTasks([{ taskId: 'x' }, { taskId: 'y' }]);
			await remote.removeTask('y');
			expect((await look('y')).data).toMatchObject({ code: 422 });
			expect((await look('slow')).data).toMatchObject({ data: { successFlag: 0 } });
			await remote.advanceClock(100);
			expect((await look('slow')).data).toMatchObject({ data: { successFlag: 1 } });
			await remote.setFaults([{ kind: 'status', status: 500 }]);
			await remote.setTaskFaults('x', [{ kind: 'status', status: 501 }]);
			expect([(await look('x')).status, (await look('x')).status]).toEqual([500, 501]);
			await remote.setVideoFaults('/videos/x/1.mp4', [{ kind: 'status', status: 410 }]);
			expect((await client.get(`${remote.videoBaseUrl}/videos/x/1.mp4`)).status).toBe(410);
			await remote.setOptions({ authRejection: 'code401', apiKey: 'other' });
			expect(await look('x')).toMatchObject({ status: 200, data: { code: 401 } });
			expect(await remote.waitFor({ requests: 7, open: 0 })).toEqual(await remote.summary());
			expect(await remote.requests({ taskId: 'y' })).toMatchObject([{ id: 2, status: 200 }]);
			expect(await remote.requests({ server: 'videos' })).toMatchObject([{ status: 410 }]);
			expect(await remote.summary('videos')).toMatchObject({ perStatus: { 410: 1 } });
			await remote.clearRequests();
			expect(await remote.requests()).toEqual([]);
			await remote.reset();
			expect((await look('slow')).data).toMatchObject({ code: 422 });
		} finally {
			await remote.stop();
		}
		expect(await failure(look('first'))).toBe('ECONNREFUSED');
		await remote.stop();
	});

	test('refuses scripts that make no sense', async () => {
		const post = async (method: string, path: string, body: unknown) =>
			await client.request({ method, url: `${simulator.baseUrl}/__simulator/${path}`, data: body });
		expect((await post('POST', 'tasks', { id: 't' })).status).toBe(400);
		expect((await post('POST', 'tasks', '{')).status).toBe(400);
		expect((await post('PUT', 'faults', { kind: 'flood' })).status).toBe(400);
		expect((await post('PATCH', 'options', { apikey: 'x' })).status).toBe(400);
		expect((await post('GET', 'nowhere', undefined)).status).toBe(404);
		expect(simulator.summary().requests).toBe(0);
	});

	test('says why it does not start', async () => {
		const port = Number(new URL(simulator.baseUrl).port);
		await expect(startSimulatorProcess({ port })).rejects.toThrow(/is in use by another program/);
	});

	test('ends when its parent is killed', async () => {
		const code = `
			import { startSimulatorProcess } from './test/simulator/client.mts';
			const { baseUrl } = await startSimulatorProcess();
			console.log(baseUrl);
			setInterval(() => undefined, 1000);`;
		const args = ['--import', 'tsx', '--input-type=module', '--eval', code];
		const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
		const [line] = (await once(parent.stdout, 'data')) as [Buffer];
		const socket = connect(Number(new URL(line.toString().trim()).port), '127.0.0.1');
		await once(socket, 'connect');
		const ended = once(socket, 'close');
		socket.on('error', () => undefined);
		parent.kill('SIGKILL');
		await ended;
	});

	test('lets a parent end that forgot to stop it', async () => {
		const code = `
			import { startSimulatorProcess } from './test/simulator/client.mts';
			await startSimulatorProcess();`;
		const args = ['--import', 'tsx', '--input-type=module', '--eval', code];
		await promisify(execFile)(process.execPath, args);
	});
});

test('npm run simulator: greets, moves off a busy port, ends on Ctrl-C', async () => {
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
