import { inspect } from 'node:util';

import { leaksOf } from '../chaos/leaks.mjs';
import type { Fault } from '../simulator/faults.mjs';
import { runAsTool } from './support/agent.mjs';
import {
	credential,
	failing,
	jsonOf,
	run,
	simulator,
	start,
	useSimulator,
	waiting,
} from './support/simulated.mjs';

/** With characters that JSON, URLs and HTML encode. */
const KEY = 'sk-live/0123456789+abcdef=';
const ENCODED = encodeURIComponent(KEY);

useSimulator();

beforeEach(() => simulator.setOptions({ apiKey: KEY }));

/** The encodings of the key in what is left of an execution, causes of errors and hidden properties included. */
function keysIn(...traces: unknown[]): string[] {
	const places = traces.flatMap((trace) => [
		{ name: 'as JSON', text: JSON.stringify(trace) },
		{ name: 'in memory', text: inspect(trace, { depth: null, showHidden: true }) },
	]);
	return leaksOf(KEY, places);
}

test('the key is sent as a Bearer token, without what was copied along, and nowhere else', async () => {
	const apiKey = ` \u200bBearer ${KEY}\n`;
	await run({ tasks: [{ taskId: 't' }], credential: { ...credential(), apiKey } });
	const [request] = simulator.requests();
	expect(request?.status).toBe(200);
	const { authorization, ...others } = request?.headers ?? {};
	expect(authorization).toBe(`Bearer ${KEY}`);
	expect(keysIn(request?.path, others)).toEqual([]);
});

test.each([{}, waiting(), { output: 'raw' }])(
	'a successful execution contains no key (%j)',
	async (parameters) => {
		const result = await run({ tasks: [{ taskId: 't', durationLookups: 1 }], parameters });
		expect(result.error).toBeNull();
		expect(keysIn(result)).toEqual([]);
	},
);

describe('a failed execution contains no key', () => {
	const repeated: Fault = { kind: 'status', status: 403, msg: `Bad: Bearer ${KEY}` };
	const basic = Buffer.from(`user:${KEY}`).toString('base64');

	test.each<[string, Fault]>([
		['a reset connection', { kind: 'reset', when: 'beforeHeaders' }],
		['a connection that is reset in the body', { kind: 'reset', when: 'afterHeaders' }],
		['silence', { kind: 'hang' }],
		['an error that repeats the key', repeated],
		['a code 401 that repeats the key', { kind: 'code', code: 401, msg: `Unknown key ${KEY}` }],
		['an error with the key in base64', { kind: 'status', status: 500, msg: `Basic ${basic}` }],
		[
			'a web page with the key',
			{ kind: 'status', status: 502, text: `<pre>Authorization: Bearer ${KEY}</pre>` },
		],
		[
			'headers with the key',
			{
				kind: 'status',
				status: 503,
				headers: { 'retry-after': KEY, 'www-authenticate': `Bearer ${KEY}`, 'x-key': ENCODED },
			},
		],
		[
			// The body comes in pieces of 15 bytes
			'a body with the key in several pieces',
			{ kind: 'all', faults: [repeated, { kind: 'slow', bytesPerSecond: 300 }] },
		],
		[
			'a body that breaks off within the key',
			{
				kind: 'all',
				faults: [
					repeated,
					{ kind: 'cutOff', afterBytes: '{"code":403,"msg":"Bad: Bearer sk-live/0123456'.length },
				],
			},
		],
		[
			'a redirect to a URL with the key',
			{ kind: 'redirect', location: `https://x.example.com/?key=${ENCODED}` },
		],
	])('after %s', async (_, fault) => {
		const tasks = [failing('t', fault)];
		const parameters = { options: { maxRetries: 0, requestTimeout: 1 } };
		const stopped = await run({ tasks, parameters });
		expect(stopped.status).toBe('error');
		const errored = await run({ tasks, parameters, onError: 'continueErrorOutput' });
		expect(errored.outputs.map((items) => items.length)).toEqual([0, 1]);
		expect(keysIn(stopped, errored)).toEqual([]);
	});

	test.each<[string, () => string, string]>([
		['without a server', () => 'http://127.0.0.1:9', 'UNREACHABLE'],
		[
			'with a password in the Base URL',
			() => simulator.baseUrl.replace('://', `://user:${ENCODED}@`),
			'INVALID_INPUT',
		],
		['with the key in the Base URL', () => `${simulator.baseUrl}/?key=${ENCODED}`, 'INVALID_INPUT'],
	])('%s', async (_, baseUrl, type) => {
		const result = await run({
			tasks: ['t'],
			credential: { apiKey: KEY, baseUrl: baseUrl() },
			parameters: { options: { maxRetries: 0 } },
		});
		expect(result.error?.type).toBe(type);
		expect(simulator.summary().requests).toBe(0);
		expect(keysIn(result)).toEqual([]);
	});

	test('after a timeout whose last response repeats the key', async () => {
		const tasks = [failing('t', { kind: 'status', status: 503, msg: `Busy, ${KEY}` })];
		const result = await run({ tasks, parameters: waiting({ timeout: 0.05 }) });
		expect(result.error?.message).toMatch(/Busy, \*\*\*/);
		expect(keysIn(result)).toEqual([]);
	});

	test('after it was cancelled', async () => {
		const running = start({ tasks: [failing('t', { kind: 'hang' })] });
		await simulator.waitFor({ requests: 1 });
		running.cancel();
		expect(keysIn(await running.result)).toEqual([]);
	});

	test('as the tool of an AI agent', async () => {
		simulator.setFaults([repeated]);
		const result = await runAsTool({ taskId: 't' }, {}, credential());
		expect(result.error).toMatch(/Bad: Bearer \*\*\*/);
		expect(keysIn(result)).toEqual([]);
	});
});

describe.each(['structured', 'raw'])('the key is masked in a record (%s)', (output) => {
	test('that repeats it', async () => {
		const data = {
			taskId: 't',
			successFlag: 1,
			paramJson: JSON.stringify({
				prompt: `Key: ${KEY}`,
				headers: { authorization: `Bearer ${KEY}` },
			}),
			response: { resultUrls: [`https://v.example.com/1.mp4?token=${ENCODED}`] },
			errorMessage: KEY,
		};
		const tasks = [{ taskId: 't', states: [{ data }] }];
		const result = await run({ tasks, parameters: { output } });
		expect(JSON.stringify(jsonOf(result))).toContain('***');
		expect(keysIn(result)).toEqual([]);
	});

	test('that repeats it as JSON within JSON with escaped slashes', async () => {
		const escaped = (value: unknown) => JSON.stringify(value).replaceAll('/', '\\/');
		const data = { taskId: 't', successFlag: 1, paramJson: escaped({ prompt: `Key: ${KEY}` }) };
		const text = escaped({ code: 200, msg: 'success', data });
		const tasks = [failing('t', { kind: 'status', status: 200, text })];
		const result = await run({ tasks, parameters: { output } });
		expect(JSON.stringify(jsonOf(result))).toContain('Key: ***');
		expect(keysIn(result)).toEqual([]);
	});
});

const RECORD_INFO = '/api/v1/veo/record-info';

test.each<[number, string, () => string]>([
	[302, 'another port', () => `${simulator.videoBaseUrl}/videos/t/1.mp4`],
	[
		307,
		'another host name',
		() => `${simulator.baseUrl.replace('127.0.0.1', 'localhost')}${RECORD_INFO}`,
	],
	[307, 'the same origin', () => `${simulator.baseUrl}${RECORD_INFO}`],
	[307, 'a path', () => '/elsewhere'],
])('a redirect (%i) to %s is an error, and is not followed', async (status, _, location) => {
	simulator.setFaults([{ kind: 'redirect', status, location: `${location()}?taskId=t` }]);
	const { error } = await run({ tasks: [{ taskId: 't' }] });
	expect(error).toMatchObject({
		type: String(status),
		message: expect.stringContaining(`The server redirects to ${location()},`) as string,
	});
	expect(simulator.summary().requests).toBe(1);
	expect(simulator.summary('videos').requests).toBe(0);
});
