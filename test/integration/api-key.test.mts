import { inspect } from 'node:util';

import { leaksOf } from '../chaos/leaks.mjs';
import type { Fault, FaultStep } from '../simulator/faults.mjs';
import { answerToAgent } from './support/agent.mjs';
import {
	credential,
	jsonOf,
	run,
	simulator,
	start,
	useSimulator,
	waiting,
	type Task,
} from './support/simulated.mjs';

/** With characters that are written differently in JSON, addresses and HTML. */
const KEY = 'sk-live/0123456789+abcdef=';
const ENCODED = encodeURIComponent(KEY);
const JSON_ESCAPED = KEY.replaceAll('/', '\\/');
const basic = (before: string) => Buffer.from(`${before}${KEY}`).toString('base64');

useSimulator();

beforeEach(() => simulator.setOptions({ apiKey: KEY }));

/** The forms of the key that are found in what is left of an execution: causes of errors and hidden properties, too. */
function keysIn(...traces: unknown[]): string[] {
	const places = traces.flatMap((trace) => [
		{ name: 'as JSON', text: JSON.stringify(trace) },
		{ name: 'in memory', text: inspect(trace, { depth: null, showHidden: true }) },
	]);
	return leaksOf(KEY, places);
}

function failing(fault: Fault): Task {
	return { taskId: 't', faults: [{ ...fault, times: 'always' }] };
}

describe('the key', () => {
	test('is sent as a Bearer token, and in nothing else', async () => {
		await run({ tasks: [{ taskId: 't' }] });
		const [request] = simulator.requests();
		expect(request?.status).toBe(200);
		const { authorization, ...others } = request?.headers ?? {};
		expect(authorization).toBe(`Bearer ${KEY}`);
		expect(keysIn(request?.path, others)).toEqual([]);
	});

	test('may have blanks around it', async () => {
		const result = await run({
			tasks: [{ taskId: 't' }],
			credential: { ...credential(), apiKey: ` ${KEY}\n` },
		});
		expect(jsonOf(result)).toMatchObject([{ status: 'succeeded' }]);
	});

	test.each([{}, waiting(), { output: 'raw' }])(
		'is in nothing that a good execution leaves',
		async (parameters) => {
			const result = await run({ tasks: [{ taskId: 't', durationLookups: 1 }], parameters });
			expect(result.error).toBeNull();
			expect(keysIn(result)).toEqual([]);
		},
	);
});

describe('is in nothing that a failed execution leaves:', () => {
	const unescaped = (text: string): Fault => ({ kind: 'status', status: 502, text });
	const repeated: Fault = { kind: 'status', status: 400, msg: `Bad: Bearer ${KEY}` };
	const repeatedInHeaders: Fault = {
		kind: 'status',
		status: 503,
		headers: { 'retry-after': KEY, 'www-authenticate': `Bearer ${KEY}`, 'x-key': ENCODED },
	};
	/** Each a twentieth of a second's bytes: shorter than the key. */
	const inPieces: Fault = {
		kind: 'all',
		faults: [repeated, { kind: 'slow', bytesPerSecond: 300 }],
	};
	const brokenOff: Fault = {
		kind: 'all',
		faults: [
			repeated,
			{ kind: 'cutOff', afterBytes: '{"code":400,"msg":"Bad: Bearer sk-live/0123456'.length },
		],
	};
	const failures: ReadonlyArray<readonly [string, Fault]> = [
		['reset', { kind: 'reset', when: 'beforeHeaders' }],
		['reset in the body', { kind: 'reset', when: 'afterHeaders' }],
		['hang', { kind: 'hang' }],
		['refusal', { kind: 'status', status: 400 }],
		['repeated in a refusal', repeated],
		['repeated in a body code', { kind: 'code', code: 451, msg: `Bad: ${KEY}` }],
		['repeated as rejected', { kind: 'code', code: 401, msg: `Unknown key ${KEY}` }],
		['repeated as not found', { kind: 'code', code: 422, msg: `Nothing for ${KEY}` }],
		['repeated by a busy server', { kind: 'status', status: 503, msg: `Busy, ${KEY}` }],
		['repeated with JSON escapes', unescaped(`{"msg":"${JSON_ESCAPED}"}`)],
		['repeated with URL escapes', { kind: 'status', status: 500, msg: `?key=${ENCODED}` }],
		[
			'repeated with URL escapes in lower case',
			{ kind: 'status', status: 500, msg: `?key=${ENCODED.toLowerCase()}` },
		],
		['repeated in base64', { kind: 'status', status: 500, msg: `Basic ${basic('')}` }],
		['repeated in base64 after a colon', { kind: 'status', status: 500, msg: basic(':') }],
		['repeated in base64 after a user', { kind: 'status', status: 500, msg: basic('user:') }],
		[
			'repeated in base64 for addresses',
			{ kind: 'status', status: 500, msg: Buffer.from(`:${KEY}`).toString('base64url') },
		],
		['repeated on a web page', unescaped(`<pre>Authorization: Bearer ${KEY}</pre>`)],
		['repeated in headers', repeatedInHeaders],
		['repeated in a body that comes in small pieces', inPieces],
		['repeated in a body that breaks off within it', brokenOff],
		['redirect', { kind: 'redirect', location: `https://x.example.com/?key=${ENCODED}` }],
	];

	test.each(failures)('%s', async (_, fault) => {
		const parameters = { options: { maxRetries: 0, requestTimeout: 1 } };
		const stopped = await run({ tasks: [failing(fault)], parameters });
		expect(stopped.status).toBe('error');
		expect(keysIn(stopped)).toEqual([]);
		for (const onError of ['continueRegularOutput', 'continueErrorOutput'] as const) {
			const continued = await run({ tasks: [failing(fault)], parameters, onError });
			expect(continued.outputs.flat()).toHaveLength(1);
			expect(keysIn(continued)).toEqual([]);
		}
	});

	test('no connection at all', async () => {
		const result = await run({
			tasks: ['t'],
			credential: { apiKey: KEY, baseUrl: 'http://127.0.0.1:9' },
			parameters: { options: { maxRetries: 0 } },
		});
		expect(result.error?.message).toMatch(/refused/);
		expect(keysIn(result)).toEqual([]);
	});

	test('a user name and password in the Base URL', async () => {
		const baseUrl = simulator.baseUrl.replace('://', `://user:${ENCODED}@`);
		const result = await run({ tasks: ['t'], credential: { apiKey: KEY, baseUrl } });
		expect(result.error?.message).toMatch(/must not hold a user name or password/);
		expect(simulator.summary().requests).toBe(0);
		expect(keysIn(result)).toEqual([]);
	});

	test('the key itself in the Base URL', async () => {
		const baseUrl = `${simulator.baseUrl}/?key=${ENCODED}`;
		const result = await run({ tasks: ['t'], credential: { apiKey: KEY, baseUrl } });
		expect(result.error?.message).toMatch(/Base URL must end before any "\?"/);
		expect(keysIn(result)).toEqual([]);
	});

	test('timeout of a wait whose last lookup had it repeated', async () => {
		const fault: Fault = { kind: 'status', status: 503, msg: `Busy, ${KEY}` };
		const result = await run({ tasks: [failing(fault)], parameters: waiting({ timeout: 0.05 }) });
		expect(result.error?.message).toMatch(/Busy, \*\*\*/);
		expect(keysIn(result)).toEqual([]);
	});

	test('cancel', async () => {
		const running = start({ tasks: [failing({ kind: 'hang' })] });
		await simulator.waitFor({ requests: 1 });
		running.cancel();
		expect(keysIn(await running.result)).toEqual([]);
	});

	test('error that an agent reads', async () => {
		simulator.setFaults([{ kind: 'status', status: 400, msg: `Bad: ${KEY}` }]);
		const result = await answerToAgent({ taskId: 't' }, {}, credential());
		expect(result.error).toMatch(/Bad: \*\*\*/);
		expect(keysIn(result)).toEqual([]);
	});
});

test.each(['structured', 'raw'])('is masked in a record that repeats it (%s)', async (output) => {
	const data = {
		taskId: 't',
		successFlag: 1,
		paramJson: JSON.stringify({
			prompt: `Key: ${KEY}`,
			headers: { authorization: `Bearer ${KEY}` },
		}),
		response: { resultUrls: [`https://v.example.com/1.mp4?token=${encodeURIComponent(KEY)}`] },
		errorMessage: KEY,
	};
	const tasks = [{ taskId: 't', states: [{ data }] }];
	const result = await run({ tasks, parameters: { output } });
	expect(JSON.stringify(jsonOf(result))).toContain('***');
	expect(keysIn(result)).toEqual([]);
});

test.each(['structured', 'raw'])(
	'is masked where JSON within JSON escapes its slashes (%s)',
	async (output) => {
		const escaping = (value: unknown) => JSON.stringify(value).replaceAll('/', '\\/');
		const data = { taskId: 't', successFlag: 1, paramJson: escaping({ prompt: `Key: ${KEY}` }) };
		const text = escaping({ code: 200, msg: 'success', data });
		const result = await run({
			tasks: [failing({ kind: 'status', status: 200, text })],
			parameters: { output },
		});
		expect(JSON.stringify(jsonOf(result))).toContain('Key: ***');
		expect(keysIn(result)).toEqual([]);
	},
);

describe.each([301, 302, 303, 307, 308])('a redirect (%i)', (status) => {
	const redirect = (location: string): FaultStep => ({ kind: 'redirect', status, location });

	test.each([
		['another port of the same host', () => `${simulator.videoBaseUrl}/videos/t/1.mp4`],
		[
			'another name of the same host',
			() =>
				`${simulator.baseUrl.replace('127.0.0.1', 'localhost')}/api/v1/veo/record-info?taskId=t`,
		],
		[
			'another path of the same origin',
			() => `${simulator.baseUrl}/api/v1/veo/record-info?taskId=u`,
		],
		['a path alone', () => '/elsewhere'],
	])('to %s is not followed, and the user is told', async (_, location) => {
		simulator.setFaults([redirect(location())]);
		const result = await run({ tasks: [{ taskId: 't' }] });
		expect(result.error?.message).toMatch(
			/refused to look up task t \(30\d\): The server redirects to .*The key is not sent there; set the Base URL/,
		);
		expect(simulator.summary().requests).toBe(1);
		expect(simulator.summary('videos').requests).toBe(0);
	});
});
