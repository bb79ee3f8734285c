import type { Fault } from '../simulator/faults.mjs';
import type { ScriptedState } from '../simulator/task-script.mjs';
import {
	failing,
	jsonOf,
	linksOf,
	run,
	simulator,
	useSimulator,
	waiting,
	type Task,
} from './support/simulated.mjs';

useSimulator();

const noRetries = { options: { maxRetries: 0 } };
const GENERATING: ScriptedState = { data: { successFlag: 0 } };
const SUCCEEDED = {
	successFlag: 1,
	response: { resultUrls: ['https://videos.example.com/1.mp4'] },
};
const FAILED = { successFlag: 3, errorCode: 501, errorMessage: 'Failed.' };

/** A response that doesn't come from the API. */
const foreign = (status: number, body: 'html' | 'empty' | 'text' = 'html'): Fault => ({
	kind: 'status',
	status,
	retryAfterSeconds: 0.01,
	...(body === 'text' ? { text: '{"error":"no"}' } : { body }),
});

describe('an error status without a response of the API', () => {
	const FOREIGN: ReadonlyArray<[number, Fault]> = [
		[400, foreign(400)],
		[401, foreign(401)],
		[403, foreign(403, 'text')],
		[404, foreign(404, 'empty')],
		[407, foreign(407)],
		[407, respond(407, { code: 407, msg: 'Proxy Authentication Required' })],
		[422, foreign(422)],
		[400, respond(400, { code: 200, data: null })],
		[422, respond(422, { code: 200 })],
	];

	test.each(FOREIGN)(
		'says nothing of the task, which is still waited for (%i, %j)',
		async (_, fault) => {
			const task: Task = { taskId: 't', durationLookups: 1, faults: [{ kind: 'none' }, fault] };
			expect(jsonOf(await run({ tasks: [task], parameters: waiting() }))).toMatchObject([
				{ status: 'succeeded', wait: { lookups: 2 } },
			]);
		},
	);

	test('leaves the task on Pending when no retries are left', async () => {
		const tasks = FOREIGN.map(([, fault], index) => failing(`t${index}`, fault));
		const { outputs } = await run({
			tasks,
			parameters: { ...noRetries, outputMode: 'byStatus' },
			onError: 'continueRegularOutput',
		});
		expect(outputs.map(linksOf)).toEqual([[], [], tasks.map(({ taskId }, item) => [taskId, item])]);
	});

	test('names the proxy if it is 407', async () => {
		const { error } = await run({ tasks: [failing('t', foreign(407))], parameters: noRetries });
		expect(error?.message).toContain('proxy');
	});

	test('is a rejected key if it is 401 twice in a row', async () => {
		const { error } = await run({ tasks: [failing('t', foreign(401))] });
		expect(error?.type).toBe('401');
		expect(simulator.summary().requests).toBe(2);
	});
});

test.each<[string, Fault, object]>([
	['code 400', respond(200, { code: 400, data: FAILED }), { status: 'failed', errorCode: 501 }],
	['code 501', respond(200, { code: 501, data: FAILED }), { status: 'failed', errorCode: 501 }],
	['code 422', respond(200, { code: 422, data: SUCCEEDED }), { status: 'succeeded' }],
	['code 401', respond(200, { code: 401, data: SUCCEEDED }), { status: 'succeeded' }],
	['HTTP 500', respond(500, { code: 500, data: FAILED }), { status: 'failed', errorCode: 501 }],
	['HTTP 404', respond(404, { code: 200, data: SUCCEEDED }), { status: 'succeeded' }],
])('a record under %s decides', async (_, fault, item) => {
	const result = await run({ tasks: [failing('t', fault)] });
	expect(jsonOf(result)).toMatchObject([{ taskId: 't', isFinal: true, ...item }]);
	expect(simulator.summary().requests).toBe(1);
});

function respond(status: number, envelope: object): Fault {
	return {
		kind: 'status',
		status,
		retryAfterSeconds: 0.01,
		text: JSON.stringify({ msg: 'success', ...envelope }),
	};
}

describe.each([
	[400, 'Only English prompts are supported at this time.'],
	[451, 'Failed to fetch the image.'],
])('a code %i without a record is a task that failed', (code, msg) => {
	const item = {
		taskId: 't',
		status: 'failed',
		successFlag: null,
		isFinal: true,
		errorCode: code,
		errorMessage: msg,
		failureKind: 'rejected',
	};

	test.each<[string, Fault]>([
		['code in the body', { kind: 'code', code, msg }],
		['HTTP status', { kind: 'status', status: code, msg }],
	])('which is data (%s)', async (_, fault) => {
		expect(jsonOf(await run({ tasks: [failing('t', fault)] }))).toMatchObject([item]);
		const waited = await run({ tasks: [failing('t', fault)], parameters: waiting() });
		expect(jsonOf(waited)).toMatchObject([item]);
		expect(simulator.summary().requests).toBe(2);
	});

	test('which is an error if wanted, and on Failed by status', async () => {
		const tasks = [failing('t', { kind: 'code', code, msg })];
		const { error } = await run({ tasks, parameters: { failedTask: 'error' } });
		expect(error?.type).toBe(String(code));
		const { outputs } = await run({ tasks, parameters: { outputMode: 'byStatus' } });
		expect(outputs.map(linksOf)).toEqual([[], [['t', 0]], []]);
	});
});

describe('code 422', () => {
	test.each(['record status is not success', 'record result data is blank'])(
		'with the text "%s" is a task that is generating',
		async (msg) => {
			const states = [
				{ code: 422, msg, data: null },
				{ afterLookups: 3, data: SUCCEEDED },
			];
			const task = { taskId: 't', states };
			expect(jsonOf(await run({ tasks: [task] }))).toMatchObject([
				{
					status: 'generating',
					successFlag: null,
					isFinal: false,
					errorCode: null,
					errorMessage: null,
				},
			]);
			expect(jsonOf(await run({ tasks: [task], parameters: waiting() }))).toMatchObject([
				{ status: 'succeeded', wait: { lookups: 4 } },
			]);
		},
	);

	test.each(['recordInfo is null', 'Other text'])(
		'with the text "%s" is an unknown task',
		async (msg) => {
			const { error } = await run({ tasks: [failing('t', { kind: 'code', code: 422, msg })] });
			expect(error?.message).toMatch(/^Apikley can't find task t \(422\)\.$/);
			expect(simulator.summary().requests).toBe(1);
		},
	);

	test('with "14 days" is an error at once, also while waiting', async () => {
		const msg = 'Only tasks of the last 14 days can be queried.';
		const tasks = [failing('t', { kind: 'code', code: 422, msg })];
		const { error } = await run({ tasks, parameters: waiting({ timeout: 60 }) });
		expect(error?.message).toMatch(/^Task t is more than 14 days old/);
		expect(simulator.summary().requests).toBe(1);
	});

	test('does not end the wait for a task that was generating', async () => {
		const states = [GENERATING, { afterLookups: 1, code: 422, msg: 'record is null', data: null }];
		const result = await run({
			tasks: [{ taskId: 't', states }],
			parameters: waiting({ timeout: 0.2, onTimeout: 'output' }),
		});
		expect(jsonOf(result)).toMatchObject([{ status: 'generating', wait: { timedOut: true } }]);
	});
});

test('an unknown task at the end of a wait says for how long it was looked for', async () => {
	const { error } = await run({ tasks: ['t'], parameters: waiting({ timeout: 0.2 }) });
	expect(error).toMatchObject({
		type: '422',
		message: expect.stringMatching(/after looking for it for 0\.\d s/) as string,
	});
});

test.each<[string, Fault]>([
	['code 402', { kind: 'code', code: 402, msg: 'Payment required' }],
	['a text under code 400', { kind: 'code', code: 400, msg: 'You have run out of credits' }],
	['a text under code 401', { kind: 'code', code: 401, msg: 'Недостаточно кредитов' }],
	['a text under code 500', { kind: 'code', code: 500, msg: 'Your credits are insufficient.' }],
])('missing credits (%s) are an error at once, with where to top up', async (_, fault) => {
	const { error } = await run({ tasks: [failing('t', fault)], parameters: waiting() });
	expect(error).toMatchObject({ type: '402' });
	expect(error?.message).toMatch(/enough credits/);
	expect(error?.description).toContain('https://app.apikley.ru');
	expect(simulator.summary().requests).toBe(1);
});

describe('a success that names no video', () => {
	const blank = { ...SUCCEEDED, response: { resultUrls: [] } };

	test('is looked up again by a wait, until it names one', async () => {
		const states = [
			GENERATING,
			{ afterLookups: 1, data: blank },
			{ afterLookups: 3, data: SUCCEEDED },
		];
		const result = await run({ tasks: [{ taskId: 't', states }], parameters: waiting() });
		expect(jsonOf(result)).toMatchObject([
			{ status: 'succeeded', videoUrl: SUCCEEDED.response.resultUrls[0], wait: { lookups: 4 } },
		]);
	});

	test('is passed on as it is when the wait times out, and by Get Status', async () => {
		const tasks = [{ taskId: 't', states: [{ data: blank }] }];
		const waited = await run({ tasks, parameters: waiting({ timeout: 0.1 }) });
		expect(jsonOf(waited)).toMatchObject([
			{ status: 'succeeded', videoUrl: null, wait: { timedOut: false } },
		]);
		const { requests } = simulator.summary();
		expect(jsonOf(await run({ tasks }))).toMatchObject([{ status: 'succeeded', videoUrl: null }]);
		expect(simulator.summary().requests).toBe(requests + 1);
	});
});
