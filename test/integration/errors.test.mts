import type { FaultStep } from '../simulator/faults.mjs';
import type { UnknownForm } from '../simulator/task-script.mjs';
import { answerToAgent } from './support/agent.mjs';
import {
	credential,
	jsonOf,
	pairsOf,
	run,
	simulator,
	useSimulator,
	waiting,
	type Task,
} from './support/simulated.mjs';

useSimulator();

const GOOD: Task = { taskId: 'good' };

function failing(taskId: string, ...faults: FaultStep[]): Task {
	return { taskId, faults: faults.map((fault) => ({ times: 'always', ...fault })) };
}

/** The two ways in which the API reports an error. */
const FORMS: ReadonlyArray<readonly [string, (code: number, msg: string) => FaultStep]> = [
	['HTTP status', (status, msg) => ({ kind: 'status', status, msg })],
	['code in the body of HTTP 200', (code, msg) => ({ kind: 'code', code, msg })],
];

describe.each(['http401', 'code401'] as const)('a rejected key (%s)', (authRejection) => {
	const wrong = () => ({ ...credential(), apiKey: 'wrong-key' });

	beforeEach(() => simulator.setOptions({ authRejection }));

	test.each([
		['Get Status', {}],
		['Wait Until Complete', waiting()],
	])('%s: an error at once that says where to get a key', async (_, parameters) => {
		const result = await run({ tasks: [GOOD], parameters, credential: wrong() });
		expect(result.status).toBe('error');
		expect(result.error?.message).toMatch(
			/^Apikley rejected the API key \(401\).*credential.*https:\/\/app\.apikley\.ru\/keys/,
		);
		expect(result.error?.description).toMatch(/The API says: "Unauthorized - /);
		expect(simulator.summary().requests).toBe(1);
	});

	test('is not tried again and again for the other items, which learn of it as well', async () => {
		const result = await run({
			tasks: ['a', 'b', 'c', 'd', 'e', 'f'],
			parameters: { options: { maxConcurrency: 2 } },
			credential: wrong(),
			onError: 'continueRegularOutput',
		});
		expect(simulator.summary().requests).toBeLessThanOrEqual(2);
		expect(jsonOf(result)).toMatchObject(
			['a', 'b', 'c', 'd', 'e', 'f'].map((taskId) => ({ taskId, code: 401 })),
		);
	});
});

describe('a task that the API does not know', () => {
	const forms: ReadonlyArray<readonly [UnknownForm, number]> = [
		['code422', 422],
		['code404', 404],
		['http422', 422],
		['http404', 404],
		['nullData', 404],
	];

	test.each(forms)('%s: an error that says both, without a retry', async (unknownAs, code) => {
		simulator.setOptions({ unknownAs });
		const result = await run({ tasks: ['veo_1'] });
		expect(result.error?.message).toMatch(
			/^Apikley does not know task veo_1: the ID is unknown, or the task is older than 14 days/,
		);
		expect(result.error?.httpCode).toBe(String(code));
		expect(simulator.summary().requests).toBe(1);
	});

	test.each(forms)('%s: while waiting it is looked up again', async (unknownAs) => {
		const tasks = [{ taskId: 't', unknownForLookups: 3, unknownAs }];
		const result = await run({ tasks, parameters: waiting() });
		expect(jsonOf(result)).toMatchObject([{ status: 'succeeded', wait: { lookups: 4 } }]);
	});

	test.each(forms)(
		'%s: unknown to the end of the wait, it is the same error',
		async (unknownAs) => {
			simulator.setOptions({ unknownAs });
			const result = await run({ tasks: ['t'], parameters: waiting({ timeout: 0.05 }) });
			expect(result.error?.message).toMatch(/the ID is unknown, or the task is older than 14 days/);
		},
	);

	test('while waiting it is given up after 60 s', async () => {
		const now = performance.now.bind(performance);
		let ahead = 0;
		const clock = jest.spyOn(performance, 'now').mockImplementation(() => now() + ahead);
		try {
			const running = run({ tasks: ['t'], parameters: waiting({ timeout: 900 }) });
			await simulator.waitFor({ requests: 2 });
			ahead = 60_000;
			expect((await running).error?.message).toMatch(/older than 14 days \(422\)/);
		} finally {
			clock.mockRestore();
		}
	});

	test('a task that was known and is no more, is an error after the first 60 s alone', async () => {
		const states = [
			{ data: { successFlag: 0 } },
			{ afterLookups: 2, code: 422, data: null },
			{ afterLookups: 4, data: { successFlag: 1 } },
		];
		const result = await run({ tasks: [{ taskId: 't', states }], parameters: waiting() });
		expect(jsonOf(result)).toMatchObject([{ status: 'succeeded', wait: { lookups: 5 } }]);
	});
});

describe.each(FORMS)('what the API refuses (%s)', (_, fault) => {
	test.each([
		[400, 'Only English prompts are supported.', /prompts must be in English/],
		[451, 'Failed to fetch the image.', /Make the image reachable/],
		[403, 'Forbidden', /Check that the key may use this API/],
		[402, 'Insufficient credits', /./],
		[418, "I'm a teapot", /./],
	])('%i: its own message, and what to change; no retry', async (code, msg, advice) => {
		for (const parameters of [{}, waiting()]) {
			simulator.clearRequests();
			const result = await run({ tasks: [failing('veo_1', fault(code, msg))], parameters });
			expect(result.status).toBe('error');
			const { message = '', httpCode } = result.error ?? {};
			const [says = '', advises = ''] = message.split(msg.replace(/\.$/, ''));
			expect(says).toBe(`Apikley refused to look up task veo_1 (${code}): `);
			expect(advises).toMatch(/^\. [A-Z].*\.$/);
			expect(advises).toMatch(advice);
			expect(httpCode).toBe(String(code));
			expect(simulator.summary().requests).toBe(1);
		}
	});
});

describe('On Error', () => {
	const busy = failing('busy', { kind: 'status', status: 503, msg: 'Full' });
	const refused = failing('refused', { kind: 'status', status: 400, msg: 'No.' });
	const failed: Task = { taskId: 'failed', ending: { kind: 'failed', successFlag: 3 } };
	const tasks = [GOOD, 'unknown', busy, refused, failed, { taskId: 'last' }];
	const parameters = { failedTask: 'error', options: { maxRetries: 0 } };
	const FAILURES = [
		['unknown', 422, /does not know task unknown/],
		['busy', 503, /busy could not be looked up: server error 503: Full/],
		['refused', 400, /refused to look up task refused/],
		['failed', 501, /Task failed ended in failure/],
	] as const;

	test('stop: the failure ends the execution, and n8n shows it at its item', async () => {
		const result = await run({ tasks: [GOOD, 'unknown'], parameters });
		expect(result.status).toBe('error');
		expect(result.outputs).toEqual([]);
		expect(result.error?.context).toMatchObject({ itemIndex: 1 });
	});

	test('stop: the other items are not waited for', async () => {
		const hanging = failing('hanging', { kind: 'hang' });
		const options = { requestTimeout: 0.5, maxRetries: 9 };
		const result = await run({ tasks: [hanging, 'unknown'], parameters: { options } });
		expect(result.error?.message).toMatch(/does not know task unknown/);
		expect(simulator.summary().open).toBe(1);
		// n8n lets only its Stop button end a request; until then it lasts as long as a request may
		await simulator.waitFor({ open: 0, closedByClient: 1 });
		expect(simulator.summary().perTask).toEqual({ hanging: 1, unknown: 1 });
	});

	test('continue: a failure is one item, in its place, and the others are not touched', async () => {
		const result = await run({ tasks, parameters, onError: 'continueRegularOutput' });
		expect(result).toMatchObject({ status: 'success', error: null });
		const items = jsonOf(result);
		expect(items).toHaveLength(tasks.length);
		expect([items[0], items[5]]).toMatchObject([
			{ taskId: 'good', status: 'succeeded' },
			{ taskId: 'last', status: 'succeeded' },
		]);
		expect(items.slice(1, 5)).toEqual(
			FAILURES.map(([taskId, code, message]) => ({
				taskId,
				code,
				message: expect.stringMatching(message) as string,
			})),
		);
		expect(pairsOf(result.outputs[0])).toEqual(tasks.map((_, item) => ({ item })));
	});

	test('error output: the failures leave through it, each linked to its input', async () => {
		const result = await run({ tasks, parameters, onError: 'continueErrorOutput' });
		expect(jsonOf(result).map(({ taskId }) => taskId)).toEqual(['good', 'last']);
		expect(pairsOf(result.outputs[0])).toEqual([{ item: 0 }, { item: 5 }]);
		expect(jsonOf(result, 1)).toEqual(
			FAILURES.map(([taskId, code, message]) => ({
				taskId,
				code,
				message: expect.stringMatching(message) as string,
			})),
		);
		expect(pairsOf(result.outputs[1])).toEqual([1, 2, 3, 4].map((item) => ({ item })));
	});

	test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'%s: a wait that times out is an item like other failures',
		async (onError) => {
			const never: Task = { taskId: 'never', ending: { kind: 'never' } };
			const polling = waiting({ timeout: 0.05 });
			const result = await run({ tasks: [never, GOOD], parameters: polling, onError });
			const failures = jsonOf(result, onError === 'continueErrorOutput' ? 1 : 0);
			expect(failures[0]).toEqual({
				taskId: 'never',
				code: 'WAIT_TIMED_OUT',
				message: expect.stringMatching(/never has not ended/) as string,
			});
			expect(jsonOf(result).at(-1)).toMatchObject({ taskId: 'good', status: 'succeeded' });
		},
	);
});

test('an agent reads of a failure what a user would', async () => {
	simulator.addTask(failing('t', { kind: 'code', code: 400, msg: 'Only English.' }) as never);
	const { error } = await answerToAgent({ taskId: 't' }, {}, credential());
	expect(error).toMatch(/^Apikley refused to look up task t \(400\): Only English\. Change the/);
});
