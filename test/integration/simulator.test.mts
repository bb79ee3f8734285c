import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get as httpGet, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { promisify } from 'node:util';

import axios, { type AxiosResponse } from 'axios';

import { startSimulatorProcess } from '../simulator/client.mjs';
import type { Simulator } from '../simulator/controls.mjs';
import type { Fault, FaultStep } from '../simulator/faults.mjs';
import { presets } from '../simulator/presets.mjs';
import { startSimulator, type SimulatorOptions } from '../simulator/simulator.mjs';
import { ABSENT, type TaskScript, type UnknownForm } from '../simulator/task-script.mjs';

// Some start processes, which takes seconds on a busy machine
jest.setTimeout(60_000);

const START = Date.parse('2025-06-06T10:25:00Z');
const KEY = { authorization: 'Bearer test-key' };
const RECORD_INFO = '/api/v1/veo/record-info?taskId=';
const GENERATE = '/api/v1/veo/generate';
const GET_1080P = '/api/v1/veo/get-1080p-video?taskId=';
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

/** Sends a request with Node's own client, which separates a break before the body from one in it. */
async function open(url = recordInfoUrl()): Promise<IncomingMessage> {
	const request = httpGet(url, { headers: KEY, agent: false });
	const [response] = (await once(request, 'response')) as [IncomingMessage];
	// Node.js 24 reports a break on the request, too; the tests look at the response
	request.on('error', () => {});
	return response;
}

/** Reads a body up to its end, or up to a break, whose code is returned. */
async function readAll(response: IncomingMessage) {
	let bytes = 0;
	response.on('data', (piece: Buffer) => (bytes += piece.length));
	const code = await new Promise<string | undefined>((resolve) => {
		response.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
		response.once('end', () => resolve(undefined));
	});
	return { bytes, code };
}

/** Reads the first piece of a body, then gives up. */
async function readPiece(response: IncomingMessage): Promise<string> {
	const [piece] = (await once(response, 'data')) as [Buffer];
	response.destroy();
	return piece.toString();
}

const matching = (pattern: RegExp) => expect.stringMatching(pattern) as string;

describe('requests to the API', () => {
	test.each([
		['http401', 401, {}],
		['http401', 401, { authorization: 'Bearer wrong' }],
		['http401', 401, { authorization: 'test-key' }],
		['code401', 200, {}],
	] as const)('a wrong key gets %s (HTTP %i): %j', async (authRejection, status, headers) => {
		simulator.setOptions({ authRejection });
		expect(await lookUp('t', headers)).toMatchObject({ status, data: { code: 401, data: null } });
	});

	test.each([
		['GET', '//', 404],
		['GET', '/api', 404],
		['GET', `/${RECORD_INFO}t`, 404],
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
		simulator.setOptions({ unknownAs: 'code422' });
		simulator.addTask({ taskId: 't', unknownForSeconds: 1, unknownAs });
		expect(await lookUp()).toMatchObject({ status, data });
	});

	test('an unknown, a missing and a removed task get code 422 by default', async () => {
		expect(await lookUp()).toMatchObject({ status: 200, data: notFound(422) });
		expect(await lookUp('')).toMatchObject({ status: 200, data: { code: 422 } });
		simulator.addTask({ taskId: 't' });
		simulator.removeTask('t');
		expect(await lookUp()).toMatchObject({ status: 200, data: notFound(422) });
	});

	test('requests beyond the rate limit get 429', async () => {
		simulator.setOptions({ rateLimit: { requestsPerSecond: 2, retryAfterSeconds: 1 } });
		expect(await statuses(3)).toEqual([200, 200, 429]);
		at(0.999);
		expect(await lookUp()).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
		at(1);
		expect(await statuses(3)).toEqual([200, 200, 429]);
		simulator.setOptions({ rateLimit: { requestsPerSecond: 1 } });
		expect((await lookUp()).headers).not.toHaveProperty('retry-after');
	});

	test('every response can be delayed', async () => {
		simulator.setOptions({ responseDelayMs: 20 });
		await Promise.all([lookUp(), lookUp(), lookUp()]);
		await simulator.waitFor({ open: 0 });
		for (const { startedAt, endedAt } of simulator.requests()) {
			// Timers may fire a millisecond early
			expect((endedAt ?? 0) - startedAt).toBeGreaterThanOrEqual(19);
		}
		expect(simulator.summary().maxInFlight).toBe(3);
	});
});

describe('the life of a task', () => {
	const odd = { kind: 'oddFlag', successFlag: 7 } as const;
	const oddThenFailed = {
		...odd,
		forSeconds: 2,
		then: { kind: 'failed', successFlag: 3 },
	} as const;

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
		['has an odd flag', { durationSeconds: 1, ending: oddThenFailed }, '0: 0, 1: 7, 3: 3'],
		['has an odd flag for a lookup', { ending: { ...odd, forLookups: 1 } }, '0: 7, 0: 1'],
		['has an odd flag for ever', { ending: odd }, '1e6: 7'],
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

	test('a task counted in lookups ends when its end is first seen', async () => {
		simulator.addTask({ taskId: 't', durationLookups: 1 });
		at(5);
		expect([await lookUpFlag(), await lookUpFlag()]).toEqual([0, 1]);
		at(9);
		expect(await lookUpRecord()).toMatchObject({ completeTime: '2025-06-06T10:25:05Z' });
	});

	test('the states of a task can be written out, and go back', async () => {
		simulator.addTask({
			taskId: 't',
			states: [
				{ afterSeconds: 1, data: { successFlag: 1, fallbackFlag: ABSENT } },
				{ afterSeconds: 2, data: { successFlag: 0 }, msg: 'again' },
				{ afterSeconds: 3, data: null, code: 500 },
				{ afterSeconds: 3, afterLookups: 4, data: 'odd' },
			],
		});
		for (const [seconds, body] of [
			[0, { code: 422, msg: matching(/not found/), data: null }],
			[1, { code: 200, msg: 'success', data: { successFlag: 1 } }],
			[2, { code: 200, msg: 'again', data: { successFlag: 0 } }],
			[3, { code: 500, msg: 'success', data: null }],
			[3, { code: 200, msg: 'success', data: 'odd' }],
		] as const) {
			at(seconds);
			expect((await lookUp()).data).toEqual(body);
		}
	});

	test('the presets are eight outcomes, as described', async () => {
		const list = presets(0.5);
		simulator.addTasks(list.map(({ script }) => script));
		const flags = async () =>
			await Promise.all(list.map(async ({ script }) => await lookUpFlag(script.taskId)));
		expect(await flags()).toEqual([0, 0, 0, 0, 0, 'unknown', 0, 0]);
		at(12.5);
		expect(await flags()).toEqual([1, 1, 1, 2, 3, 1, 1, 0]);
		expect(list[3]?.description).toBe(
			'Fails after 2 s: the prompt is rejected (errorCode 400, successFlag 2)',
		);
	});
});

describe('a record', () => {
	const STARTED = '2025-06-06T10:25:00Z';
	const rejected = { kind: 'failed', successFlag: 2, errorCode: 400 } as const;
	const failed = { kind: 'failed', successFlag: 3 } as const;
	const lists = { resultUrls: ['r'], originUrls: ['o'], fullResultUrls: ['f'] };
	const jsonLists = { resultUrls: '["r"]', originUrls: '["o"]', fullResultUrls: '["f"]' };
	const times = (value: unknown) => ({ createTime: value, completeTime: value });
	const ownUrl = (name: string) => [matching(new RegExp(`^http://.*/videos/t/${name}.mp4$`))];

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

	/** The values of some fields of the record or its `response`; `ABSENT` for one that is missing. */
	const lookUpFields = async (script: Script, names: readonly string[]) => {
		simulator.addTask({ taskId: 't', ...script });
		const record = await lookUpRecord();
		const all: Record<string, unknown> = { ...record, ...(record?.response as object | null) };
		return Object.fromEntries(names.map((name) => [name, name in all ? all[name] : ABSENT]));
	};

	// The forms do not depend on each other: a row may show several
	test.each<[Script, object]>([
		[{ durationSeconds: 9 }, { successFlag: 0, response: null, completeTime: null }],
		[{ ending: FALLBACK }, { successFlag: 1, fallbackFlag: true }],
		[{ ending: rejected }, { successFlag: 2, errorCode: 400, errorMessage: matching(/flagged/) }],
		[{ ending: failed }, { successFlag: 3, errorCode: 501, errorMessage: matching(/task failed/) }],
		[{ ending: { ...failed, errorMessage: 'No paint' } }, { errorMessage: 'No paint' }],
		[{ ending: failed }, { response: null, fullResultUrls: ABSENT }],
		[{ ending: failed, forms: { emptyResponse: 'absent' } }, { response: ABSENT }],
		[{ ending: rejected, forms: { errorCode: 'string' } }, { errorCode: '400' }],
		[{ aspectRatio: '9:16' }, { originUrls: ownUrl('origin-1'), fullResultUrls: ABSENT }],
		[{ originUrls: true }, { originUrls: ownUrl('origin-1') }],
		[
			{ fullResultUrls: true, resolution: null },
			{ fullResultUrls: ownUrl('full-1'), resolution: null },
		],
		[lists, lists],
		[{ ...lists, forms: { urls: 'jsonString' } }, jsonLists],
		[{ forms: { times: 'rfc3339' } }, times(STARTED)],
		[{ forms: { times: 'spaced' } }, times('2025-06-06 10:25:00')],
		[{ forms: { times: 'epochMs' } }, times(START)],
		[{ forms: { paramJson: 'broken' } }, { paramJson: matching(/^\{.*[^}]$/) }],
		[{ forms: { paramJson: 'empty' } }, { paramJson: '' }],
	])('the record of a task with %j has %j', async (script, fields) => {
		expect(await lookUpFields(script, Object.keys(fields))).toEqual(fields);
	});

	test.each([
		['null', null],
		['absent', ABSENT],
	] as const)('the optional fields of a record can be %s', async (form, value) => {
		const forms = { urls: form, times: form, fallbackFlag: form, paramJson: form };
		const names = [
			'fallbackFlag',
			'paramJson',
			'errorMessage',
			...Object.keys({ ...lists, ...times(0) }),
		];
		const fields = await lookUpFields(
			{ ...lists, forms: { ...forms, noErrorMessage: form } },
			names,
		);
		expect(Object.values(fields)).toEqual(names.map(() => value));
	});

	test('a script can override anything in a record', async () => {
		simulator.addTask({
			taskId: 't',
			durationSeconds: 1,
			data: { taskId: ABSENT, successFlag: '1', odd: [ABSENT] },
			endData: { response: { resolution: ABSENT, mediaIds: ['m'] } },
		});
		const odd = { successFlag: '1', odd: [ABSENT] };
		expect(await lookUpRecord()).toMatchObject({ ...odd, response: null });
		at(1);
		const record = await lookUpRecord();
		expect(record).not.toHaveProperty('taskId');
		expect(record).toMatchObject({ ...odd, response: { mediaIds: ['m'], originUrls: null } });
		expect(record?.response).not.toHaveProperty('resolution');
	});
});

describe('creating a task', () => {
	const create = async (order: object) =>
		(await client.post<Body>(apiUrl(GENERATE), order, { headers: KEY })).data;

	test('a created task has an ID, its prompt and its parameters', async () => {
		const order = { prompt: 'A cat', aspectRatio: '9:16', model: 'veo3_fast' };
		const data = { taskId: matching(/^veo_task_/) };
		expect(await create(order)).toEqual({ code: 200, msg: 'success', data });
		const record = await lookUpRecord(simulator.createdTasks('A cat')[0]);
		expect(record?.successFlag).toBe(1);
		expect(JSON.parse(String(record?.paramJson))).toMatchObject(order);
	});

	test('tasks live as planned for their prompt, and the last plan holds for the rest', async () => {
		const ending = { kind: 'failed', successFlag: 3, errorCode: 500 } as const;
		simulator.planTasks('A dog', [{ ending }, { resolution: '1080p' }]);
		for (let time = 0; time < 3; time++) await create({ prompt: 'A dog' });
		const records = await Promise.all(simulator.createdTasks('A dog').map(lookUpRecord));
		const upgraded = { response: { resolution: '1080p' } };
		expect(records).toMatchObject([{ successFlag: 3, errorCode: 500 }, upgraded, upgraded]);
	});

	test.each([{ prompt: ' ' }, []])('%j has no prompt and creates nothing', async (order) => {
		const rejection = { code: 422, msg: 'Prompt cannot be empty', data: null };
		expect(await create(order)).toEqual(rejection);
	});

	test('creating a task needs a key', async () => {
		expect((await client.post(apiUrl(GENERATE), { prompt: 'A cat' })).status).toBe(401);
		expect(simulator.createdTasks('A cat')).toEqual([]);
	});
});

describe('the 1080p video', () => {
	const get1080p = async () =>
		(await client.get<Body>(apiUrl(`${GET_1080P}t`), { headers: KEY })).data;

	test('the 1080p video is ready after as many requests as scripted', async () => {
		simulator.addTask({ taskId: 't', upgradeNotReadyFor: 1 });
		expect(await get1080p()).toMatchObject({ code: 422, data: null });
		const resultUrl = videoUrl('1080p-1');
		expect(await get1080p()).toMatchObject({ code: 200, data: { resultUrl } });
		expect((await client.get(resultUrl)).headers['content-type']).toBe('video/mp4');
	});

	test.each<[string, Script | null]>([
		['is unknown', null],
		['is still generating', { ending: { kind: 'never' } }],
		['was made by the fallback model', { ending: FALLBACK }],
	])('there is no 1080p video of a task that %s', async (_, script) => {
		if (script) simulator.addTask({ taskId: 't', ...script });
		expect(await get1080p()).toMatchObject({ code: 422, data: null });
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
	const location = 'http://x.example/';
	const reason = (what: string) => matching(new RegExp(`cannot follow its script: .*${what}`));

	test.each<[Fault, status: number, data: unknown, headers?: object]>([
		[{ kind: 'status', status: 500 }, 500, { code: 500, msg: 'Error 500', data: null }, JSON_TYPE],
		[{ kind: 'status', status: 500, msg: 'Slow' }, 500, { code: 500, msg: 'Slow', data: null }],
		[{ kind: 'status', status: 502, headers: { a: 'b' } }, 502, { code: 502 }, { a: 'b' }],
		[{ kind: 'status', status: 502, body: 'html' }, 502, PAGE, HTML_TYPE],
		[{ kind: 'status', status: 503, body: 'empty' }, 503, ''],
		[{ kind: 'status', status: 503, text: 'Busy' }, 503, 'Busy', type('text/plain; charset=utf-8')],
		[
			{ kind: 'status', status: 429, retryAfterSeconds: 3 },
			429,
			{ code: 429 },
			{ 'retry-after': '3' },
		],
		[
			{ kind: 'status', status: 429, retryAfterDateInSeconds: 60 },
			429,
			{ code: 429 },
			{ 'retry-after': 'Fri, 06 Jun 2025 10:26:00 GMT' },
		],
		[{ kind: 'code', code: 455, msg: 'Off' }, 200, { code: 455, msg: 'Off', data: null }],
		[{ kind: 'html' }, 200, PAGE, HTML_TYPE],
		[{ kind: 'contentType', contentType: 'a/b' }, 200, { code: 200 }, type('a/b')],
		[{ kind: 'truncated', bytes: 5 }, 200, '{"cod', { 'content-length': '5' }],
		[{ kind: 'oversized', bytes: 9999 }, 200, { code: 200 }, { 'content-length': '9999' }],
		[{ kind: 'noLength' }, 200, { code: 200 }, { 'transfer-encoding': 'chunked' }],
		[{ kind: 'redirect', location }, 302, '', { location }],
		[{ kind: 'redirect', location, status: 308 }, 308, '', { location }],
		[{ kind: 'all', faults: [{ kind: 'html' }, { kind: 'truncated', bytes: 3 }] }, 200, '<!D'],
		[{ kind: 'status', status: 99 }, 500, reason('99')],
		[{ kind: 'redirect', location: '/\n' }, 500, reason('location')],
	])('%j changes one response', async (fault, status, data, headers = {}) => {
		setUp(fault);
		expect(await lookUp()).toMatchObject({ status, headers, data });
		expect(await lookUpFlag()).toBe(1);
	});

	test('a connection can be reset before the headers, and after them', async () => {
		setUp({ kind: 'reset', when: 'beforeHeaders' }, { kind: 'reset', when: 'afterHeaders' });
		expect(await failure(lookUp())).toBe('ECONNRESET');
		const response = await open();
		expect(response.statusCode).toBe(200);
		expect(await readAll(response)).toEqual({ bytes: 0, code: 'ECONNRESET' });
		await simulator.waitFor({ requests: 2, open: 0 });
		expect(simulator.requests()).toMatchObject([
			{ status: null, closedByClient: false },
			{ status: 200, closedByClient: false },
		]);
	});

	test('a response can fail to come, until the client gives up', async () => {
		setUp({ kind: 'hang' });
		const abort = new AbortController();
		const request = client.get(recordInfoUrl(), { headers: KEY, signal: abort.signal });
		await simulator.waitFor({ requests: 1, open: 1 });
		abort.abort();
		expect(await failure(request)).toBe('ERR_CANCELED');
		await simulator.waitFor({ closedByClient: 1, open: 0 });
		expect(simulator.requests()).toMatchObject([{ status: null, closedByClient: true }]);
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

	test('a body can be slow, a response late', async () => {
		setUp({ kind: 'slow', bytesPerSecond: 20_000 }, { kind: 'delay', ms: 30 });
		const slow = await open();
		const { bytes } = await readAll(slow);
		expect(bytes).toBe(Number(slow.headers['content-length']));
		expect(await lookUpFlag()).toBe(1);
		const durations = simulator.requests().map((each) => (each.endedAt ?? 0) - each.startedAt);
		expect(durations[0]).toBeGreaterThanOrEqual(20);
		// Timers may fire a millisecond early
		expect(durations[1]).toBeGreaterThanOrEqual(29);
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
		const requests = simulator.requests({ taskId: '__proto__' });
		expect(requests.map(({ inFlight }) => inFlight)).toEqual([1, 2]);
		abort.abort();
		await Promise.all(hanging);
		const end = await simulator.waitFor({ open: 0, closedByClient: 2 });
		expect(end).toMatchObject({ perStatus: { 200: 1, none: 2 } });
	});

	test('the log can keep less, and can be cleared', async () => {
		simulator.setOptions({ logRequests: 'withoutHeaders' });
		await lookUp();
		expect(simulator.requests()).toMatchObject([{ headers: {} }]);
		expect(simulator.requests()[0]?.headers).toEqual({});
		simulator.setOptions({ logRequests: 'summaryOnly' });
		await lookUp();
		expect(simulator.requests()).toHaveLength(1);
		expect(simulator.summary().requests).toBe(2);
		simulator.clearRequests();
		expect(simulator.requests()).toEqual([]);
		expect(simulator.summary()).toMatchObject({ requests: 0, perTask: {} });
	});

	test('waiting in vain fails with what was missing', async () => {
		await expect(simulator.waitFor({ requests: 1, timeoutMs: 1 })).rejects.toThrow(
			/Not within 1 ms: .*"requests":1.*the log: .*"requests":0/,
		);
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
			expect(data.length).toBeLessThan(30_000);
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
		expect((await client.get(resultUrls[0], { headers: { 'x-mine': 'yes' } })).status).toBe(200);
		const [request] = simulator.requests({ server: 'videos' });
		expect(request).toMatchObject({ taskId: 'ä/ b', headers: { 'x-mine': 'yes' } });
		expect(request?.headers).not.toHaveProperty('authorization');
		expect(simulator.summary('videos').requests).toBe(1);
		expect(simulator.summary().requests).toBe(1);
	});

	test.each([
		['bytes=0-3', 0, 4],
		['bytes=100-', 100, undefined],
		['bytes=-10', -10, undefined],
		['bytes=-99999999', 0, undefined],
		['bytes=10-99999999', 10, undefined],
	])('the video server supports the range %s', async (range, from, to) => {
		const whole = await fetchBytes();
		expect(whole.headers['accept-ranges']).toBe('bytes');
		const { status, data, headers } = await fetchBytes(undefined, { range });
		expect(status).toBe(206);
		expect(data).toEqual(whole.data.subarray(from, to));
		const first = from < 0 ? whole.data.length + from : from;
		const last = first + data.length - 1;
		expect(headers['content-range']).toBe(`bytes ${first}-${last}/${whole.data.length}`);
	});

	test('a range beyond the end gets 416, and HEAD no body', async () => {
		expect((await fetchBytes(undefined, { range: 'bytes=999999-' })).status).toBe(416);
		const { status, headers, data } = await client.head<string>(videoUrl());
		expect({ status, data }).toEqual({ status: 200, data: '' });
		expect(Number(headers['content-length'])).toBeGreaterThan(1000);
	});

	test('the faults of a video can change its type or ignore the range', async () => {
		simulator.setVideoFaults(videoUrl(), [
			{ kind: 'status', status: 410, body: 'empty' },
			{ kind: 'contentType', contentType: 'application/octet-stream' },
			{ kind: 'noRange' },
		]);
		const fetchRange = async () => await fetchBytes(undefined, { range: 'bytes=0-9' });
		expect((await fetchRange()).status).toBe(410);
		const headers = { 'content-type': 'application/octet-stream' };
		expect(await fetchRange()).toMatchObject({ status: 206, headers });
		const whole = await fetchRange();
		expect(whole.status).toBe(200);
		expect(whole.headers).not.toHaveProperty('accept-ranges');
		expect((await fetchRange()).status).toBe(206);
	});

	test('a video can be large, with or without a length, and cut anywhere', async () => {
		const bytes = 50 * 2 ** 20;
		const huge = 2 ** 40;
		simulator.setVideoFaults('*', [
			{ kind: 'synthetic', bytes },
			{ kind: 'all', faults: [{ kind: 'synthetic', bytes }, { kind: 'noLength' }] },
			{
				kind: 'all',
				faults: [
					{ kind: 'synthetic', bytes: huge },
					{ kind: 'cutOff', afterBytes: 5e6 },
				],
			},
			{ kind: 'synthetic', bytes: huge },
		]);
		const whole = await open(videoUrl());
		expect(whole.headers['content-length']).toBe(String(bytes));
		expect(await readAll(whole)).toEqual({ bytes, code: undefined });
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
		simulator.setVideoFaults('*', [{ kind: 'delay', ms: 60_000 }]);
		const silent = connect(Number(new URL(simulator.baseUrl).port), '127.0.0.1');
		await once(silent, 'connect');
		const hanging = failure(lookUp());
		const delayed = failure(client.get(videoUrl()));
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

	test('a start on a port in use says so, in this process and in another', async () => {
		const port = Number(new URL(simulator.baseUrl).port);
		const message = `Port ${port} is in use by another program`;
		await expect(startSimulator({ port })).rejects.toThrow(message);
		await expect(startSimulator({ videoPort: port })).rejects.toThrow(message);
		await expect(startSimulatorProcess({ port })).rejects.toThrow(message);
	});

	test('a reset restores what was there after the start', async () => {
		await simulator.close();
		await start({ tasks: [{ taskId: 't', durationSeconds: 5 }], apiKey: 'first' });
		simulator.advanceClock(5);
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
	/** Runs code in a process of its own, which may start a simulator. */
	const runCode = (code: string) => {
		const all = `import { startSimulatorProcess } from './test/simulator/client.mts';\n${code}`;
		return ['--import', 'tsx', '--input-type=module', '--eval', all];
	};

	test('a simulator in another process has the same controls', async () => {
		const remote = await startSimulatorProcess({ apiKey: 'k', tasks: [{ taskId: 'first' }] });
		const look = async (taskId: string) =>
			await client.get(`${remote.baseUrl}${RECORD_INFO}${taskId}`, {
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
			await remote.planTasks('A cat', [{ ending: { kind: 'never' } }]);
			const headers = { authorization: 'Bearer other' };
			await client.post(`${remote.baseUrl}${GENERATE}`, { prompt: 'A cat' }, { headers });
			expect(await remote.createdTasks('A cat')).toHaveLength(1);
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

	test.each([
		['POST', 'tasks', { id: 't' }, 400],
		['POST', 'tasks', '{', 400],
		['PUT', 'faults', { kind: 'flood' }, 400],
		['PUT', 'faults', { kind: 'all', faults: [{ kind: 'flood' }] }, 400],
		['PUT', 'plans', 'success', 400],
		['PATCH', 'options', { apikey: 'x' }, 400],
		['GET', 'nowhere', undefined, 404],
	])('the controls reject %s %s %j', async (method, path, data, status) => {
		const url = `${simulator.baseUrl}/__simulator/${path}`;
		expect((await client.request({ method, url, data })).status).toBe(status);
		expect(simulator.summary().requests).toBe(0);
	});

	test('a simulator process ends when its parent is killed', async () => {
		const args = runCode(`
			console.log((await startSimulatorProcess()).baseUrl);
			setInterval(() => undefined, 1000);`);
		const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
		const [line] = (await once(parent.stdout, 'data')) as [Buffer];
		const socket = connect(Number(new URL(line.toString().trim()).port), '127.0.0.1');
		await once(socket, 'connect');
		const ended = once(socket, 'close');
		socket.on('error', () => undefined);
		parent.kill('SIGKILL');
		await ended;
	});

	test('a parent that forgets to stop its simulator can end', async () => {
		await promisify(execFile)(process.execPath, runCode('await startSimulatorProcess();'));
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
