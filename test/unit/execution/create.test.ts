import { tooManyVideos } from '../../../nodes/ApikleyVeo/errors/creationProblems';
import { createTasks, findTasks } from '../../../nodes/ApikleyVeo/execution/create';
import type { FailFast } from '../../../nodes/ApikleyVeo/execution/run';
import type { Problem } from '../../../nodes/ApikleyVeo/errors/problem';
import type { ParsedRequest } from '../../../nodes/ApikleyVeo/parameters/taskRequest';
import type { JsonObject } from '../../../nodes/ApikleyVeo/veo/task/coerce';
import { createSession } from '../support/createSession';
import type { SessionOptions } from '../support/createSession';
import { fakeContext } from '../support/fakeContext';
import type { FakeRun } from '../support/fakeContext';
import { httpResponse, neverResponds } from '../support/fakeHttp';
import type { Reply, Script } from '../support/fakeHttp';
import { waitRequest } from '../support/requests';

type ParsedCreation = Extract<ParsedRequest, { kind: 'creation' }>;

const OPTIONS = {
	wait: null,
	download: null,
	onTaskFailed: 'error',
	output: 'structured',
} as const;

function creation(prompt: string, more: Partial<ParsedCreation> = {}): ParsedRequest {
	const imageFields = (more.images ?? []).map(({ field }) => field);
	return {
		kind: 'creation',
		creation: { endpoint: 'generate', fields: { prompt }, additionalFields: {}, imageFields },
		images: [],
		options: OPTIONS,
		...more,
	};
}

const withFields = (fields: JsonObject, additionalFields: JsonObject = {}) =>
	creation('a', {
		creation: {
			endpoint: 'generate',
			fields: { prompt: 'a', ...fields },
			additionalFields,
			imageFields: [],
		},
	});

const creations = (...prompts: readonly string[]) => prompts.map((prompt) => creation(prompt));
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `good ${index}`);

const refuse = (code: number, afterMs = 0) =>
	httpResponse(200, { code, msg: code === 400 ? 'Your prompt was flagged' : 'No' }, {}, afterMs);

/**
 * A server that creates a task for each prompt, and names it after the prompt and how often that was created. `replies` are
 * its responses to a prompt, one after the other; the last one is repeated. `created` is what it has created.
 */
function createServer(replies: Readonly<Record<string, readonly Reply[]>> = {}) {
	const created: string[] = [];
	const received: string[] = [];
	const script: Script = ({ body }) => {
		const prompt = String(body?.prompt);
		const planned = replies[prompt]?.[received.filter((each) => each === prompt).length];
		received.push(prompt);
		const reply = planned ?? replies[prompt]?.at(-1);
		if (reply !== undefined && !mayCreate(reply)) return reply;
		created.push(prompt);
		const taskId = `task of ${prompt} #${created.filter((each) => each === prompt).length}`;
		return reply ?? httpResponse(200, { code: 200, msg: 'success', data: { taskId } }, {}, 100);
	};
	return { script, created, received };
}

/** By the provider's document. */
function mayCreate({ result }: Reply): boolean {
	if (result.kind !== 'response') return result.kind === 'aborted' || result.neverSent !== true;
	const { status, body } = result.response;
	if (!body.startsWith('{')) return true;
	const { code = status } = JSON.parse(body) as { code?: number };
	return ![400, 401, 402, 404, 422, 429, 433, 451, 455, 505].includes(code);
}

class StoppedError extends Error {
	constructor(
		readonly problem: Problem,
		readonly itemIndex: number,
		readonly fine: number,
	) {
		super(problem.message);
	}
}

/** Runs of the node in one execution, which share its context. With On Error: stop unless `continues`. */
function createExecution(script: Script, run: FakeRun & { continues?: boolean } = {}) {
	const { continues = false, nodeContext = {}, ...more } = run;
	const claimed = new Set<string>();
	const failFast: FailFast = (problem, itemIndex, fine) => {
		if (!continues) throw new StoppedError(problem, itemIndex, fine);
	};
	const start = (requests: readonly ParsedRequest[], options: SessionOptions & FakeRun = {}) => {
		const { runIndex, executionId } = options;
		const { context } = fakeContext({
			...more,
			nodeContext,
			...(runIndex !== undefined && { runIndex }),
			...(executionId !== undefined && { executionId }),
		});
		const rig = createSession(script, { stopsAtFailure: !continues, context, claimed, ...options });
		const result = createTasks(rig.session, requests, failFast);
		// It is awaited later
		result.catch(() => {});
		return { ...rig, result };
	};
	const finish = async (...args: Parameters<typeof start>) => {
		const { clock, result, ...rig } = start(...args);
		const error: unknown = await clock.finish(result).then(
			() => null,
			(thrown: unknown) => thrown,
		);
		const items = error === null ? await result : [];
		return { ...rig, clock, items, ends: items.map(endOf), stopped: error as StoppedError };
	};
	return { start, finish, nodeContext, claimed };
}

const uncertain = 'CREATION_UNCERTAIN';

type Plannable = Awaited<ReturnType<typeof createTasks>>[number];

/** The ID of the task, or the code of the problem. */
function endOf(item: Plannable): unknown {
	if (item.kind === 'created' || item.kind === 'task') return item.request.taskId;
	return item.kind === 'invalid' ? item.problem.code : item.kind;
}

describe('the tasks of all items', () => {
	test('are created once each, with Max Concurrency', async () => {
		const { script, created } = createServer();
		const { finish } = createExecution(script);
		const { ends, http } = await finish(creations(...numbered(30)), { maxConcurrency: 7 });
		expect(ends).toEqual(numbered(30).map((prompt) => `task of ${prompt} #1`));
		expect(created).toHaveLength(30);
		expect(http.maxInFlight).toBe(7);
	});

	test('are created for equal requests too', async () => {
		const { script, created } = createServer();
		const { ends } = await createExecution(script).finish(creations('same', 'same'));
		expect(ends).toEqual(['task of same #1', 'task of same #2']);
		expect(created).toEqual(['same', 'same']);
	});

	test('leave other items as they are', async () => {
		const { script } = createServer();
		const request = { taskId: 'old', ...OPTIONS };
		const other: ParsedRequest = { kind: 'task', request };
		const { ends } = await createExecution(script).finish([other, creation('a')]);
		expect(ends).toEqual(['old', 'task of a #1']);
	});

	test("have the API's response, and what was asked for", async () => {
		const { script } = createServer();
		const { items, created } = await createExecution(script).finish(creations('a'));
		expect(items).toMatchObject([
			{
				kind: 'created',
				data: { taskId: 'task of a #1' },
				request: { taskId: 'task of a #1', creation: { prompt: 'a' }, ...OPTIONS },
			},
		]);
		expect(created).toEqual(['task of a #1']);
	});

	test('get the callback address only if they are waited for, and have none of their own', async () => {
		const { script } = createServer();
		const options = { ...OPTIONS, wait: waitRequest() };
		const own = { prompt: 'own', callBackUrl: 'https://own.example' };
		const fields = { endpoint: 'generate', additionalFields: {}, imageFields: [] } as const;
		const { http, items } = await createExecution(script).finish(
			[
				creation('a', { options }),
				creation('not waited for'),
				creation('own', { options, creation: { ...fields, fields: own } }),
				creation('additional', {
					options,
					creation: { ...fields, fields: { prompt: 'b' }, additionalFields: own },
				}),
			],
			{ hasCallbacks: true },
		);
		expect(http.requests.map(({ body }) => body?.callBackUrl)).toEqual([
			'https://n8n.example.com/?token=token-1',
			undefined,
			'https://own.example',
			'https://own.example',
		]);
		expect(items).toMatchObject([
			{ wakes: true },
			{ wakes: false },
			{ wakes: false },
			{ wakes: false },
		]);
	});

	test('have additional fields laid over their request', async () => {
		const { script } = createServer();
		const request = creation('a', {
			creation: {
				endpoint: 'generate',
				fields: { prompt: 'a', model: 'veo3' },
				additionalFields: { model: 'veo4', duration: 8 },
				imageFields: [],
			},
		});
		const { http } = await createExecution(script).finish([request]);
		expect(http.requests[0]?.body).toEqual({ prompt: 'a', model: 'veo4', duration: 8 });
	});

	test.each<[object, object]>([
		[{ aspect_ratio: '9:16' }, { aspect_ratio: '9:16' }],
		[{ aspectRatio: null }, {}],
		[{ callBackUrl: null }, { aspectRatio: '16:9' }],
		[
			{ callback_url: 'https://own.example' },
			{ aspectRatio: '16:9', callback_url: 'https://own.example' },
		],
	])(
		'have no field of theirs along with the additional fields %j',
		async (additionalFields, sent) => {
			const { script } = createServer();
			const request = creation('a', {
				creation: {
					endpoint: 'generate',
					fields: { prompt: 'a', aspectRatio: '16:9' },
					additionalFields: { ...additionalFields },
					imageFields: [],
				},
				options: { ...OPTIONS, wait: waitRequest() },
			});
			const hasCallbacks = Object.keys(additionalFields).some((name) => /call/.test(name));
			const { http } = await createExecution(script).finish([request], { hasCallbacks });
			expect(http.requests[0]?.body).toEqual({ prompt: 'a', ...sent });
		},
	);
});

describe('a failure', () => {
	const SHARED: ReadonlyArray<readonly [string, number, Reply]> = [
		['401', 401, refuse(401)],
		['402', 402, refuse(402)],
		[
			'missing credits under another code',
			402,
			httpResponse(200, { code: 500, msg: 'Credits insufficient' }),
		],
		['404', 404, refuse(404)],
		['433', 433, refuse(433)],
		['505', 505, refuse(505)],
	];

	test.each(SHARED)('of all further creations (%s) stops them at once', async (_, code, reply) => {
		const { script, received } = createServer({ bad: [reply] });
		const { finish } = createExecution(script, { continues: true });
		const { ends, items, clock } = await finish(creations('good', 'bad', 'a', 'b'), {
			maxConcurrency: 2,
		});
		expect(ends).toEqual(['task of good #1', code, code, code]);
		expect(received).toEqual(['good', 'bad']);
		expect(clock.seconds).toBe(0.1);
		for (const item of items.slice(1)) {
			expect(item).toMatchObject({ problem: { retryable: false, taskId: null } });
		}
		expect(items.at(-1)).toMatchObject({
			problem: { message: expect.stringContaining('was not created') },
		});
	});

	test.each([400, 422, 451])('of a single item (%d) does not stop the others', async (code) => {
		const reply = httpResponse(200, { code, msg: 'The image of the prompt' });
		const { script } = createServer({ bad: [reply] });
		const { finish } = createExecution(script, { continues: true });
		const { ends } = await finish(creations('bad', 'a', 'b'), { maxConcurrency: 1 });
		expect(ends).toEqual([code, 'task of a #1', 'task of b #1']);
	});

	test('that is uncertain does not stop the others, and is not certain for the workflow', async () => {
		const { script } = createServer({ bad: [neverResponds] });
		const { finish } = createExecution(script, { continues: true });
		const { ends, items } = await finish(creations('bad', 'a'), { maxConcurrency: 1 });
		expect(ends).toEqual(['CREATION_UNCERTAIN', 'task of a #1']);
		expect(items[0]).toMatchObject({ problem: { retryable: true } });
	});

	test('ends pauses of other items before their retry', async () => {
		const busy = httpResponse(200, { code: 429 }, { 'retry-after': '100' });
		const { script, received } = createServer({ busy: [busy], bad: [refuse(402, 500)] });
		const { finish } = createExecution(script, { continues: true });
		const { ends, clock } = await finish(creations('busy', 'bad'));
		expect(ends).toEqual([402, 402]);
		expect(received).toEqual(['busy', 'bad']);
		expect(clock.seconds).toBe(0.5);
	});

	test('of a connection that was never made is certain', async () => {
		const result = {
			kind: 'failed',
			reason: 'refused',
			isPermanent: false,
			neverSent: true,
		} as const;
		const { script } = createServer({ bad: [{ result, afterMs: 0 }] });
		const { finish, nodeContext } = createExecution(script, { continues: true });
		const { ends, items } = await finish(creations('bad'), { maxRetries: 2 });
		expect(ends).toEqual(['UNREACHABLE']);
		expect(items).toMatchObject([{ problem: { retryable: false } }]);
		expect(JSON.stringify(nodeContext)).not.toContain('sent');
	});
});

describe('with On Error: stop', () => {
	const invalid: ParsedRequest = {
		kind: 'invalid',
		problem: {
			taskId: null,
			code: 'INVALID_INPUT',
			message: 'x',
			description: 'y',
			retryable: false,
		},
	};

	test('nothing is created if an item is invalid', async () => {
		const { script, received } = createServer();
		const { stopped } = await createExecution(script).finish([creation('a'), invalid]);
		expect(stopped).toMatchObject({ problem: { code: 'INVALID_INPUT' }, itemIndex: 1 });
		expect(received).toEqual([]);
	});

	test('no further task is created after a failure, and the error names those that were', async () => {
		const { script, created } = createServer({ bad: [refuse(422, 50)] });
		const requests = creations('a', 'bad', 'b', 'c', 'd');
		const { stopped } = await createExecution(script).finish(requests, { maxConcurrency: 3 });
		expect(stopped).toMatchObject({ problem: { code: 422 }, itemIndex: 1, fine: 2 });
		expect(created).toEqual(['a', 'b']);
		for (const prompt of created) {
			expect(stopped.problem.description).toContain(`task of ${prompt} #1`);
		}
	});

	test('the error also mentions uncertain creations that ended after it', async () => {
		const { script, created } = createServer({
			bad: [refuse(422, 50)],
			lost: [httpResponse(500, 'Internal error', {}, 100)],
		});
		const { stopped } = await createExecution(script).finish(creations('a', 'bad', 'lost'));
		expect(stopped).toMatchObject({ problem: { code: 422 }, itemIndex: 1 });
		expect(created).toEqual(['a', 'lost']);
		expect(stopped.problem.description).toMatch(/Another item.*may exist and be paid/);
	});

	test('the error mentions no uncertain creation of an item that was never sent', async () => {
		const { script, received } = createServer({ lost: [httpResponse(500, 'Internal error')] });
		const options = { maxConcurrency: 1 };
		const { finish } = createExecution(script);
		const { stopped } = await finish(creations('a', 'lost', 'b', 'c'), options);
		expect(received).toEqual(['a', 'lost']);
		expect(stopped).toMatchObject({ problem: { code: 'CREATION_UNCERTAIN' }, itemIndex: 1 });
		expect(stopped.problem.description).not.toMatch(/other item/i);
	});

	test('the error also names the task that the response of another item mentions', async () => {
		const { script } = createServer({
			bad: [refuse(422, 50)],
			lost: [httpResponse(429, 'taskId: abc123', {}, 100)],
		});
		const { stopped } = await createExecution(script).finish(creations('bad', 'lost'));
		expect(stopped).toMatchObject({ problem: { code: 422 }, itemIndex: 0 });
		expect(stopped.problem.description).toContain('abc123');
	});

	test('an uncertain creation of an earlier attempt is an error before anything is created, which names the others', async () => {
		const { script, created } = createServer({ bad: [neverResponds] });
		const { finish } = createExecution(script);
		await finish(creations('a', 'bad'));
		const { stopped } = await finish(creations('a', 'bad', 'b'));
		expect(stopped).toMatchObject({ problem: { code: 'CREATION_UNCERTAIN' }, itemIndex: 1 });
		expect(stopped.problem.description).toContain('task of a #1');
		// Each retry would end here
		expect(stopped.problem.description).not.toContain('continues with');
		expect(created).toEqual(['a', 'bad']);
	});
});

describe('Retry On Fail', () => {
	test('creates ten good tasks once each in five attempts, with one that fails among them', async () => {
		for (const index of [0, 5, 10]) {
			const { script, created, received } = createServer({ bad: [refuse(422)] });
			const { finish } = createExecution(script);
			const prompts = numbered(10).toSpliced(index, 0, 'bad');
			for (let attempt = 1; attempt <= 5; attempt++) {
				const { stopped } = await finish(creations(...prompts));
				expect(stopped).toMatchObject({ problem: { code: 422 }, itemIndex: index });
			}
			expect(created.toSorted()).toEqual(numbered(10));
			expect(received.filter((prompt) => prompt === 'bad')).toHaveLength(5);
			const { stopped } = await finish(creations(...prompts));
			for (const prompt of numbered(10)) {
				expect(stopped.problem.description).toContain(`task of ${prompt} #1`);
			}
		}
	});

	test('continues with the created tasks when the failing one can be created', async () => {
		const data = { taskId: 'at last' };
		const { script, received } = createServer({
			bad: [refuse(402), httpResponse(200, { code: 200, data })],
		});
		const { finish } = createExecution(script);
		await finish(creations('a', 'bad'));
		expect((await finish(creations('a', 'bad'))).ends).toEqual(['task of a #1', 'at last']);
		expect(received).toEqual(['a', 'bad', 'bad']);
	});

	test('never sends an uncertain creation again', async () => {
		const { script, received } = createServer({ bad: [httpResponse(502, '<html>')] });
		const { finish } = createExecution(script, { continues: true });
		for (let attempt = 1; attempt <= 5; attempt++) {
			const { ends } = await finish(creations('bad', 'a'));
			expect(ends).toEqual(['CREATION_UNCERTAIN', 'task of a #1']);
		}
		expect(received).toEqual(['bad', 'a']);
	});

	test('repeats the task ID that the response of an uncertain creation mentioned', async () => {
		const { script, received } = createServer({ bad: [httpResponse(429, 'taskId: abc123')] });
		const { finish } = createExecution(script);
		for (let attempt = 1; attempt <= 3; attempt++) {
			const { stopped } = await finish(creations('bad'));
			expect(stopped.problem.code).toBe('CREATION_UNCERTAIN');
			expect(stopped.problem.message).toContain('abc123');
		}
		expect(received).toEqual(['bad']);
	});

	describe('of an uncertain creation whose callback resumes the execution', () => {
		const retry = async ({ executionId = '7', timeout = 900 } = {}) => {
			const options = { ...OPTIONS, wait: waitRequest('error', { timeout }) };
			const requests = [creation('bad'), creation('lost', { options })];
			const { script, received } = createServer({
				bad: [refuse(402, 100), httpResponse(200, { code: 200, data: { taskId: 'at last' } })],
				lost: [httpResponse(502, '<html>')],
			});
			const { finish } = createExecution(script);
			const { stopped } = await finish(requests, { hasCallbacks: true });
			expect(stopped).toMatchObject({ problem: { code: 402 } });
			return { received, ...(await finish(requests, { hasCallbacks: true, executionId })) };
		};

		test('waits for the callback for the rest of its time', async () => {
			const { ends, items, received } = await retry();
			expect(ends).toEqual(['at last', 'uncertain']);
			expect(items[1]).toMatchObject({ token: 'token-2', sent: { body: { prompt: 'lost' } } });
			expect(received).toEqual(['bad', 'lost', 'bad']);
		});

		test.each([
			['in another execution', { executionId: '8' }],
			['when its time is over', { timeout: 0 }],
		])('%s fails before anything is created', async (_, options) => {
			const { stopped, received } = await retry(options);
			expect(stopped).toMatchObject({ problem: { code: 'CREATION_UNCERTAIN' }, itemIndex: 1 });
			expect(received).toEqual(['bad', 'lost']);
		});
	});

	test('creates a task for a request that has changed', async () => {
		const { script, created } = createServer();
		const { finish } = createExecution(script);
		await finish(creations('a'));
		await finish(creations('b'));
		await finish(creations('b', 'b'));
		expect(created).toEqual(['a', 'b', 'b']);
	});
});

test('each turn of a loop creates its own tasks', async () => {
	const { script, created } = createServer();
	const { finish } = createExecution(script);
	for (const runIndex of [0, 1, 2, 2]) await finish(creations('a'), { runIndex });
	expect(created).toEqual(['a', 'a', 'a']);
});

describe('a retry of an execution whose notes n8n has lost', () => {
	test('creates nothing that may have been created, but all else', async () => {
		const { script, created } = createServer({ bad: [refuse(422, 150)] });
		const execution = createExecution(script);
		await execution.finish(creations('a', 'bad', 'b'), { maxConcurrency: 2 });
		expect(created).toEqual(['a', 'b']);
		const { claimed } = execution;
		const retry = createExecution(script, { continues: true });
		const { ends } = await retry.finish(creations('a', 'bad', 'b', 'c'), { claimed });
		expect(ends).toEqual(['CREATION_UNCERTAIN', 422, 'CREATION_UNCERTAIN', 'task of c #1']);
		expect(created).toEqual(['a', 'b', 'c']);
	});

	test('leaves what may have been created uncertain, whatever the run can not create', async () => {
		const { script } = createServer();
		const { claimed, finish } = createExecution(script);
		await finish(creations('a'));
		const retry = createExecution(script, { continues: true });
		const limited = await retry.finish(creations('a', 'b', 'c'), { claimed, maxVideos: 1 });
		const exceeded = 'MAX_VIDEOS_EXCEEDED';
		expect(limited.ends).toEqual(['CREATION_UNCERTAIN', exceeded, exceeded]);
		const { creations: known, signal } = limited.session;
		const found = await findTasks(
			{ ...known, signal },
			creations('a', 'b', 'c'),
			tooManyVideos(1, 0, 2),
		);
		expect(found.map(endOf)).toEqual(limited.ends);
		// What was not created is not claimed any more
		expect((await retry.finish(creations('a', 'b', 'c'), { claimed })).ends).toEqual([
			'CREATION_UNCERTAIN',
			'task of b #1',
			'task of c #1',
		]);
	});

	test('finds them wherever the items are by then, and knows how many there were of a request', async () => {
		const { script, created } = createServer();
		const { claimed, finish } = createExecution(script);
		await finish(creations('a', 'b', 'a'));
		const retry = createExecution(script, { continues: true });
		const { ends } = await retry.finish(creations('c', 'a', 'a', 'a', 'b'), { claimed });
		expect(ends).toEqual(['task of c #1', uncertain, uncertain, 'task of a #3', uncertain]);
		expect(created).toEqual(['a', 'b', 'a', 'c', 'a']);
	});

	test('finds them in whatever turn of a loop they are by then, each once', async () => {
		const { script, created } = createServer();
		const { claimed, finish } = createExecution(script);
		const turns = ['a', 'b', 'same', 'same', 'c'];
		for (const [runIndex, prompt] of turns.entries()) await finish(creations(prompt), { runIndex });
		const retry = createExecution(script, { continues: true });
		const ends: unknown[] = [];
		for (const [runIndex, prompt] of ['c', 'd', 'same', 'same', 'same', 'c'].entries()) {
			ends.push(...(await retry.finish(creations(prompt), { claimed, runIndex })).ends);
		}
		const others = [uncertain, uncertain, 'task of same #3', 'task of c #2'];
		expect(ends).toEqual([uncertain, 'task of d #1', ...others]);
		expect(created).toEqual([...turns, 'd', 'same', 'c']);
	});

	test('finds what an earlier turn was refused and a later one has created', async () => {
		const accepted = httpResponse(200, { code: 200, data: { taskId: 'second' } });
		const { script, received } = createServer({ a: [refuse(422), accepted] });
		const { claimed, finish } = createExecution(script, { continues: true });
		for (const runIndex of [0, 1]) await finish(creations('a'), { runIndex });
		const retry = createExecution(script, { continues: true });
		expect((await retry.finish(creations('a'), { claimed })).ends).toEqual(['CREATION_UNCERTAIN']);
		expect(received).toEqual(['a', 'a']);
	});

	test('creates in each turn what others have left, of several equal requests', async () => {
		const accepted = httpResponse(200, { code: 200, data: { taskId: 'new' } });
		const { script } = createServer({ a: [refuse(422), accepted] });
		const { finish } = createExecution(script, { continues: true });
		const first = await finish(creations('a', 'a'), { maxConcurrency: 1 });
		expect(first.ends).toEqual([422, 'new']);
		for (const runIndex of [1, 2]) {
			expect((await finish(creations('a', 'a'), { runIndex })).ends).toEqual(['new', 'new']);
		}
	});

	test('creates again what was refused, of several equal requests', async () => {
		const accepted = httpResponse(200, { code: 200, data: { taskId: 'first' } });
		const { script } = createServer({ a: [accepted, refuse(422), accepted] });
		const execution = createExecution(script, { continues: true });
		const first = await execution.finish(creations('a', 'a'), { maxConcurrency: 1 });
		expect(first.ends).toEqual(['first', 422]);
		const { claimed } = execution;
		const { ends } = await execution.finish(creations('a', 'a'), { claimed });
		expect(ends).toEqual(['first', 'first']);
	});

	test('finds all equal requests but the one that was refused, whichever that was', async () => {
		const accepted = httpResponse(200, { code: 200, data: { taskId: 'x' } });
		for (const refused of [0, 1, 2]) {
			const replies = [accepted, accepted, accepted, accepted].with(refused, refuse(422));
			const { script, received } = createServer({ a: replies });
			const { claimed, finish } = createExecution(script, { continues: true });
			await finish(creations('a', 'a', 'a'), { maxConcurrency: 1 });
			const retry = createExecution(script, { continues: true });
			const { ends } = await retry.finish(creations('a', 'a', 'a'), { claimed });
			expect(ends).toEqual(['CREATION_UNCERTAIN', 'CREATION_UNCERTAIN', 'x']);
			expect(received).toHaveLength(4);
		}
	});

	test('finds images whose addresses are signed anew, and creates those that have another path', async () => {
		const { script, created } = createServer();
		const withImage = (name: string) =>
			withFields({ imageUrls: [`https://files.example.com/${name}`] });
		const { claimed, finish } = createExecution(script);
		await finish(['one.png?signature=1', 'two.png?signature=2', 'three.png'].map(withImage));
		const retry = createExecution(script, { continues: true });
		const images = ['new.png', 'two.png?signature=3', 'three.png', 'one.png?signature=4'];
		const { ends } = await retry.finish(images.map(withImage), { claimed });
		expect(ends).toEqual(['task of a #4', uncertain, uncertain, uncertain]);
		expect(created).toHaveLength(4);
	});

	test.each([
		['Amazon S3', 'X-Amz-Date=1&X-Amz-Signature=a', 'X-Amz-Date=2&X-Amz-Signature=b'],
		['Azure', 'se=1&sig=a', 'se=2&sig=b'],
		['CloudFront', 'Expires=1&Signature=a', 'Expires=2&Signature=b'],
		['Firebase', 'alt=media&token=a', 'alt=media&token=b'],
		['Discord', 'ex=1&is=1&hm=a', 'ex=2&is=2&hm=b'],
		['SharePoint', 'tempauth=a', 'tempauth=b'],
		['Facebook', 'oh=a&oe=1', 'oh=b&oe=2'],
		['others', 'accessToken=a', 'accessToken=b'],
		['some more', 'url_sig=a', 'url_sig=b'],
	])('finds images whose addresses %s has signed anew', async (_, ...queries) => {
		const { script, created } = createServer();
		const [before, by] = queries.map((query) =>
			withFields({ imageUrls: [`https://files.example.com/one.png?${query}`] }),
		) as [ParsedRequest, ParsedRequest];
		const { claimed, finish } = createExecution(script);
		await finish([before]);
		const retry = createExecution(script, { continues: true });
		expect((await retry.finish([by], { claimed })).ends).toEqual(['CREATION_UNCERTAIN']);
		expect(created).toHaveLength(1);
	});

	test('finds each of the images that only differ in the query', async () => {
		const { script, created } = createServer();
		const withImage = (id: number) =>
			withFields({}, { image_urls: `https://files.example.com/image?id=${id}` });
		const { claimed, finish } = createExecution(script);
		await finish([1, 2, 3].map(withImage));
		const retry = createExecution(script, { continues: true });
		const { ends } = await retry.finish([3, 2, 1, 4].map(withImage), { claimed });
		expect(ends).toEqual([uncertain, uncertain, uncertain, 'task of a #4']);
		expect(created).toHaveLength(4);
	});

	test('creates nothing at all with On Error: stop, five times', async () => {
		const { script, created } = createServer();
		const { claimed, finish } = createExecution(script);
		await finish(creations('a'));
		for (let retry = 1; retry <= 5; retry++) {
			const { stopped } = await createExecution(script).finish(creations('a', 'b'), { claimed });
			expect(stopped).toMatchObject({ problem: { code: 'CREATION_UNCERTAIN' }, itemIndex: 0 });
		}
		expect(created).toEqual(['a']);
	});

	test('creates what another retry has not started', async () => {
		const { script, created } = createServer({ bad: [refuse(422)] });
		const first = createExecution(script);
		await first.finish(creations('a', 'bad', 'b'), { maxConcurrency: 1 });
		expect(created).toEqual(['a']);
		const { claimed, nodeContext } = first;
		const saved = JSON.stringify(nodeContext);
		for (let retry = 1; retry <= 5; retry++) {
			const again = createExecution(script, { nodeContext: JSON.parse(saved) as object as never });
			const { stopped } = await again.finish(creations('a', 'bad', 'b'), { claimed });
			expect(stopped.problem.code).toBe(retry === 1 ? 422 : 'CREATION_UNCERTAIN');
			expect(stopped.problem.description).toContain('task of a #1');
		}
		expect(created).toEqual(['a', 'b']);
	});
});

test('calls of a tool at the same moment get the same task for the same request', async () => {
	const { script, created } = createServer();
	const { start } = createExecution(script, { asTool: 'subNode' });
	const calls = ['a', 'b', 'a', 'a'].map((prompt) => start(creations(prompt)));
	const ends: unknown[] = [];
	for (const { clock, result } of calls) ends.push(...(await clock.finish(result)).map(endOf));
	expect(ends).toEqual(['task of a #1', 'task of b #1', 'task of a #1', 'task of a #1']);
	expect(created).toEqual(['a', 'b']);
});

describe('Max Videos', () => {
	test('lets a run create nothing that would create too many', async () => {
		const { script, created } = createServer();
		const { finish } = createExecution(script, { continues: true });
		const { ends } = await finish(creations('a', 'b', 'c'), { maxVideos: 2 });
		expect(ends).toEqual(Array(3).fill('MAX_VIDEOS_EXCEEDED'));
		expect(created).toEqual([]);
		const { ends: fewer } = await finish(creations('a', 'b'), { maxVideos: 2 });
		expect(fewer).toEqual(['task of a #1', 'task of b #1']);
	});

	test('counts the tasks of all runs and attempts once, and uncertain ones too', async () => {
		const { script, created } = createServer({ bad: [refuse(422)], lost: [neverResponds] });
		const { finish } = createExecution(script, { continues: true });
		const maxVideos = 4;
		for (let attempt = 1; attempt <= 3; attempt++) {
			const { ends } = await finish(creations('a', 'bad', 'lost'), { maxVideos, runIndex: 0 });
			expect(ends).toEqual(['task of a #1', 422, 'CREATION_UNCERTAIN']);
		}
		const second = await finish(creations('a', 'b', 'c'), { maxVideos, runIndex: 1 });
		expect(second.ends).toEqual(Array(3).fill('MAX_VIDEOS_EXCEEDED'));
		const third = await finish(creations('a', 'b'), { maxVideos, runIndex: 2 });
		expect(third.ends).toEqual(['task of a #2', 'task of b #1']);
		const again = await finish(creations('a', 'b'), { maxVideos, runIndex: 2 });
		expect(again.ends).toEqual(third.ends);
		expect(created).toEqual(['a', 'lost', 'a', 'b']);
	});

	test('with On Error: stop is an error before anything is created', async () => {
		const { script, created } = createServer();
		const { stopped } = await createExecution(script).finish(creations('a', 'b'), { maxVideos: 1 });
		expect(stopped).toMatchObject({ problem: { code: 'MAX_VIDEOS_EXCEEDED', retryable: false } });
		expect(created).toEqual([]);
	});
});

describe('when the execution is cancelled', () => {
	test('a creation in flight is uncertain, and one that waits is not created', async () => {
		const { script, created } = createServer({ slow: [neverResponds] });
		const execution = createExecution(script, { continues: true });
		const requests = creations('slow', 'waits');
		const { clock, controller, result } = execution.start(requests, { maxConcurrency: 1 });
		await clock.advance(1);
		controller.abort();
		const items = await clock.finish(result);
		expect(items.map(endOf)).toEqual(['CREATION_UNCERTAIN', 'EXECUTION_STOPPED']);
		expect(clock.seconds).toBe(1);
		expect(created).toEqual(['slow']);
		const { ends } = await execution.finish(requests);
		expect(ends).toEqual(['CREATION_UNCERTAIN', 'task of waits #1']);
		expect(created).toEqual(['slow', 'waits']);
	});

	test('a creation that pauses before its retry is not created', async () => {
		const { script, received } = createServer({ busy: [refuse(429)] });
		const execution = createExecution(script, { continues: true });
		const { clock, controller, result } = execution.start(creations('busy'));
		await clock.advance(0.5);
		controller.abort();
		expect((await clock.finish(result)).map(endOf)).toEqual(['EXECUTION_STOPPED']);
		expect(received).toEqual(['busy']);
	});
});

describe('an exception', () => {
	const boom = () => {
		throw new Error('boom');
	};

	test('after a task was created loses no ID, and does not let it be created again', async () => {
		const { script, created } = createServer();
		const execution = createExecution(script, { continues: true });
		const { clock, session, result } = execution.start(creations('a'));
		Object.assign(session.creations, { onCreated: boom });
		expect((await clock.finish(result)).map(endOf)).toEqual(['task of a #1']);
		const { ends } = await execution.finish(creations('a'));
		expect(ends).toEqual(['CREATION_UNCERTAIN']);
		expect(created).toEqual(['a']);
	});

	test.each([
		['before the request is sent', { newToken: boom }],
		['when the address is made', { callBackUrl: boom }],
	])('%s is certain, and a retry creates the task', async (_, failing) => {
		const { script, received } = createServer();
		const execution = createExecution(script, { continues: true });
		const requests = [creation('a', { options: { ...OPTIONS, wait: waitRequest() } })];
		const { clock, session, result } = execution.start(requests);
		Object.assign(session.creations, failing);
		expect((await clock.finish(result)).map(endOf)).toEqual(['UNEXPECTED_ERROR']);
		expect(received).toEqual([]);
		expect((await execution.finish(requests)).ends).toEqual(['task of a #1']);
	});

	test('when the request is noted is certain, as it is not sent', async () => {
		const { script, received } = createServer();
		const { clock, session, result } = createExecution(script, { continues: true }).start(
			creations('a'),
		);
		jest.spyOn(session.creations.notes, 'set').mockImplementation(boom);
		expect((await clock.finish(result)).map(endOf)).toEqual(['UNEXPECTED_ERROR']);
		expect(received).toEqual([]);
	});

	test('after the request was sent is uncertain', async () => {
		const script: Script = () => boom() as never;
		const { finish } = createExecution(script, { continues: true });
		expect((await finish(creations('a'))).ends).toEqual(['CREATION_UNCERTAIN']);
		expect((await finish(creations('a'))).ends).toEqual(['CREATION_UNCERTAIN']);
	});

	test('of one item does not touch the others', async () => {
		const { script } = createServer();
		const failing: Script = (request, nth) =>
			request.body?.prompt === 'bad' ? (boom() as never) : script(request, nth);
		const { finish } = createExecution(failing, { continues: true });
		const { ends } = await finish(creations('a', 'bad', 'b'));
		expect(ends).toEqual(['task of a #1', 'CREATION_UNCERTAIN', 'task of b #1']);
	});
});

describe('images in binary fields', () => {
	const image = (key: string, itemIndex = 0) => ({
		field: 'data',
		itemIndex,
		key,
		size: 3,
		type: { kind: 'image', mimeType: 'image/png', extension: 'png' } as const,
		open: async () => await Promise.resolve(Buffer.from(key)),
	});
	const withImages = (prompt: string, ...keys: readonly string[]) =>
		creation(prompt, { images: keys.map((key) => image(key)) });
	/** Requests that only differ in their images. */
	const alike = (keys: readonly string[]) => keys.map((key) => withImages('same', key));

	const BAD = httpResponse(400, { success: false, code: 400, msg: 'Bad' });

	/** Uploads succeed, but the one of this number, counted from 1. */
	function createUploads(failing = 0, failure = BAD) {
		const { script, created } = createServer();
		let uploads = 0;
		const withUploads: Script = (sent, nth) => {
			if (!sent.url.includes('/file-upload/')) return script(sent, nth);
			uploads += 1;
			if (uploads === failing) return failure;
			const downloadUrl = `https://files.example.com/${uploads}.png`;
			return httpResponse(200, { success: true, code: 200, data: { downloadUrl } });
		};
		return { script: withUploads, created, uploads: () => uploads };
	}

	test('are uploaded first, the same file once, and named in the request', async () => {
		const { script, uploads } = createUploads();
		const requests = [withImages('a', 'one', 'two'), withImages('b', 'two')];
		const { ends, http } = await createExecution(script).finish(requests);
		expect(ends).toEqual(['task of a #1', 'task of b #1']);
		expect(uploads()).toBe(2);
		const sent = http.requests.flatMap(({ body }) => (body?.prompt ? [body.imageUrls] : []));
		expect(sent.map((urls) => (urls as string[]).length).sort()).toEqual([1, 2]);
	});

	test.each<[string, string[]]>([
		['there are new ones before them', ['new', 'one', 'two']],
		['they are in another order', ['two', 'one']],
		['they were produced anew', ['anew', 'anew, too']],
	])('let a retry find its tasks when n8n has lost the notes and %s', async (_, images) => {
		const { script, created } = createUploads();
		const { claimed, finish } = createExecution(script);
		await finish(alike(['one', 'two']));
		const retry = createExecution(script, { continues: true });
		const { ends } = await retry.finish(alike(images), { claimed });
		expect(ends).toEqual(images.map(() => 'CREATION_UNCERTAIN'));
		// What was only claimed for the moment is free again
		const again = createExecution(script, { continues: true });
		const more = await again.finish(alike(['one', 'two', 'three']), { claimed });
		expect(more.ends.slice(2)).toEqual(['task of same #3']);
		expect(created).toEqual(['same', 'same', 'same']);
	});

	test('that were produced anew let a retry find the task that follows one that was refused', async () => {
		const { script, created } = createUploads(1);
		const { claimed, finish } = createExecution(script, { continues: true });
		const first = await finish(alike(['refused', 'good', 'refused, too']), { maxConcurrency: 1 });
		expect(first.ends).toEqual([400, 'task of same #1', 'task of same #2']);
		const retry = createExecution(script, { continues: true });
		const requests = alike(['anew', 'anew, too', 'and this', 'another']);
		const { ends } = await retry.finish(requests, { claimed });
		expect(ends).toEqual([uncertain, uncertain, uncertain, 'task of same #3']);
		expect(created).toHaveLength(3);
	});

	test('that were refused are created by the next attempt, which finds the tasks of the others', async () => {
		const { script, created } = createUploads(1);
		const { claimed, finish } = createExecution(script, { continues: true });
		const requests = alike(['one', 'two']);
		expect((await finish(requests, { maxConcurrency: 1 })).ends).toEqual([400, 'task of same #1']);
		const second = await finish(requests, { claimed });
		expect(second.ends).toEqual(['task of same #2', 'task of same #1']);
		const retry = createExecution(script, { continues: true });
		const anew = alike(['anew', 'anew, too']);
		const { ends } = await retry.finish(anew, { claimed });
		expect(ends).toEqual(['CREATION_UNCERTAIN', 'CREATION_UNCERTAIN']);
		expect(created).toHaveLength(2);
	});

	/** Turns of a loop, each with these images. */
	const runTurns = async (
		execution: ReturnType<typeof createExecution>,
		turns: ReadonlyArray<readonly string[]>,
		claimed = execution.claimed,
	) => {
		const ends: unknown[] = [];
		for (const [runIndex, keys] of turns.entries()) {
			const options = { claimed, runIndex, maxConcurrency: 1 };
			ends.push(...(await execution.finish(alike(keys), options)).ends);
		}
		return ends;
	};

	test.each([
		[
			'in the same turn of a loop',
			[['one'], ['new', 'old', 'newer']],
			[['one'], ['new', 'anew', 'anew, too']],
		],
		[
			'in another turn',
			[['one'], ['new', 'old'], ['newer']],
			[['one'], ['new', 'anew'], ['anew, too']],
		],
	])(
		'that were new before an old one, %s, leave no gap for a further retry with images that were produced anew',
		async (_, first, second) => {
			const { script, created } = createUploads();
			const execution = createExecution(script);
			const { claimed } = execution;
			await runTurns(execution, [['one'], ['old']]);
			const retry = async (turns: readonly string[][]) =>
				await runTurns(createExecution(script, { continues: true }), turns, claimed);
			expect(await retry(first)).toEqual([uncertain, uncertain, uncertain, 'task of same #3']);
			expect(await retry(second)).toEqual([uncertain, uncertain, uncertain, uncertain]);
			expect(created).toHaveLength(3);
		},
	);

	test('that were produced anew let a retry find the task of the turn that follows one that was refused', async () => {
		const { script, created } = createUploads(2);
		const execution = createExecution(script, { continues: true });
		const keys = ['one', 'refused', 'two', 'three'];
		const ends = await runTurns(
			execution,
			keys.map((key) => [key]),
		);
		expect(ends).toEqual(['task of same #1', 400, 'task of same #2', 'task of same #3']);
		const retry = createExecution(script, { continues: true });
		const anew = [...keys, 'four'].map((key) => [`${key}, anew`]);
		expect(await runTurns(retry, anew, execution.claimed)).toEqual([
			...keys.map(() => uncertain),
			'task of same #4',
		]);
		expect(created).toHaveLength(4);
	});

	test('leave nothing claimed in any turn if nothing was created in all of them', async () => {
		const { script } = createUploads();
		const execution = createExecution(script, { continues: true });
		for (const runIndex of [0, 1, 2]) {
			const requests = alike(['one', 'two']);
			await execution.finish(requests, { maxVideos: 1, runIndex });
		}
		expect([...execution.claimed]).toEqual([]);
	});

	test('that n8n can not read any more let a retry find their tasks by the request', async () => {
		const { script, created } = createUploads();
		const { claimed, finish } = createExecution(script);
		await finish([withImages('a', 'one')]);
		const unreadable = {
			...image('other'),
			open: async () => await Promise.reject(new Error('gone')),
		};
		const retry = createExecution(script, { continues: true });
		const { ends } = await retry.finish([creation('a', { images: [unreadable] })], { claimed });
		expect(ends).toEqual(['CREATION_UNCERTAIN']);
		expect(created).toEqual(['a']);
	});

	test('with On Error: stop nothing is created if one of them cannot be uploaded', async () => {
		const { script, created } = createUploads(2);
		const requests = [withImages('a', 'one'), withImages('b', 'two')];
		const { stopped } = await createExecution(script).finish(requests);
		expect(stopped).toMatchObject({ problem: { code: 400, retryable: false }, fine: 0 });
		expect(created).toEqual([]);
	});

	test('otherwise only the task of its item is not created', async () => {
		const { script, created } = createUploads(2);
		const requests = [withImages('a', 'one'), withImages('b', 'two')];
		const { ends } = await createExecution(script, { continues: true }).finish(requests);
		expect(ends).toEqual(['task of a #1', 400]);
		expect(created).toEqual(['a']);
	});

	test.each([401, 402, 433])(
		'are not uploaded any more after one was refused for all (%d)',
		async (code) => {
			const refusal = httpResponse(code, { success: false, code, msg: 'No' });
			const { script, created, uploads } = createUploads(1, refusal);
			const requests = ['a', 'b', 'c', 'd'].map((name) => withImages(name, name));
			const { finish } = createExecution(script, { continues: true });
			const { ends, items } = await finish(requests, { maxConcurrency: 1 });
			expect(ends).toEqual([code, code, code, code]);
			expect(uploads()).toBe(1);
			expect(created).toEqual([]);
			const messages = items.map((item) => (item.kind === 'invalid' ? item.problem.message : ''));
			expect(messages[0]).toMatch(/^Couldn't upload/);
			for (const message of messages.slice(1)) expect(message).toContain('was not created');
		},
	);

	test('that were refused for all end the other uploads with On Error: stop too, with that error', async () => {
		const refusal = httpResponse(402, { success: false, code: 402, msg: 'No' });
		const { script, created, uploads } = createUploads(2, refusal);
		const requests = ['a', 'b', 'c', 'd'].map((name) => withImages(name, name));
		const { finish } = createExecution(script);
		const { stopped } = await finish(requests, { maxConcurrency: 1 });
		expect(stopped).toMatchObject({ problem: { code: 402 }, itemIndex: 1, fine: 0 });
		expect(stopped.problem.message).toMatch(/^Couldn't upload/);
		expect(uploads()).toBe(2);
		expect(created).toEqual([]);
	});

	test('are not uploaded any more once the execution is stopped', async () => {
		const { script, created } = createUploads();
		const { clock, result, session } = createExecution(script, { continues: true }).start([
			withImages('a', 'one'),
		]);
		session.close();
		const items = await clock.finish(result);
		expect(items.map(endOf)).toHaveLength(1);
		expect(created).toEqual([]);
	});
});
