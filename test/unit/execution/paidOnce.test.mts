import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { createTasks } from '../../../nodes/ApikleyVeo/execution/create';
import type { ParsedRequest } from '../../../nodes/ApikleyVeo/parameters/taskRequest';
import { createSession } from '../support/createSession';
import { fakeContext } from '../support/fakeContext';
import { httpResponse, neverResponds } from '../support/fakeHttp';
import type { Reply, Script } from '../support/fakeHttp';

/** What happens to one request at the server, and to its response. */
interface Fate {
	readonly accepts: boolean;
	readonly reply: (taskId: string) => Reply;
}

const withId = (afterMs: number, code = 200, status = 200): Fate => ({
	accepts: true,
	reply: (taskId) => httpResponse(status, { code, msg: 'x', data: { taskId } }, {}, afterMs),
});
const withText = (afterMs: number, status: number, text: (taskId: string) => string): Fate => ({
	accepts: true,
	reply: (taskId) => httpResponse(status, text(taskId), {}, afterMs),
});
const unclear = (accepts: boolean, reply: Reply): Fate => ({ accepts, reply: () => reply });
const refused = (code: number, afterMs: number): Fate => ({
	accepts: false,
	reply: () => httpResponse(200, { code, msg: 'Your prompt was flagged' }, {}, afterMs),
});

const afterMs = fc.integer({ min: 0, max: 5_000 });
const fate: fc.Arbitrary<Fate> = fc.oneof(
	{ weight: 4, arbitrary: afterMs.map((ms) => withId(ms)) },
	{
		weight: 1,
		arbitrary: fc
			.tuple(afterMs, fc.constantFrom(400, 422, 429, 500), fc.constantFrom(200, 400, 500))
			.map((parts) => withId(...parts)),
	},
	{
		weight: 1,
		arbitrary: fc
			.tuple(
				afterMs,
				fc.constantFrom(200, 401, 422, 429, 455, 502),
				fc.constantFrom<(taskId: string) => string>(
					(taskId) => `taskId: ${taskId}`,
					(taskId) => `<p>The task ${taskId} was created`,
					(taskId) => `{"code":429,"data":{"taskId":"${taskId}"`,
					(taskId) => JSON.stringify(JSON.stringify({ code: 429, data: { taskId } })),
					(taskId) => JSON.stringify([{ data: { taskId } }]),
					(taskId) => JSON.stringify({ code: 429, msg: `Too many requests (task ${taskId})` }),
				),
			)
			.map((parts) => withText(...parts)),
	},
	{
		weight: 2,
		arbitrary: fc
			.tuple(afterMs, fc.constantFrom(400, 401, 402, 404, 422, 433, 451, 505))
			.map(([ms, code]) => refused(code, ms)),
	},
	{
		weight: 2,
		arbitrary: fc
			.tuple(afterMs, fc.constantFrom(429, 455), fc.constantFrom('', '3', '200'))
			.map(([ms, code, retryAfter]) => ({
				accepts: false,
				reply: () => httpResponse(code, { code }, { 'retry-after': retryAfter }, ms),
			})),
	},
	{
		weight: 2,
		arbitrary: fc
			.tuple(
				fc.boolean(),
				fc.constantFrom<Reply>(
					neverResponds,
					{ result: { kind: 'failed', reason: 'reset', isPermanent: false }, afterMs: 10 },
					httpResponse(200, '<html>', {}, 10),
					httpResponse(502, '<html>', {}, 10),
					httpResponse(500, { code: 500, msg: 'Internal Error' }, {}, 10),
					httpResponse(200, { code: 200, msg: 'success', data: null }, {}, 10),
					httpResponse(200, '{"code":200,"data":{"task', {}, 10),
				),
			)
			.map((parts) => unclear(...parts)),
	},
	{
		weight: 1,
		arbitrary: fc.boolean().map(
			(isPermanent): Fate => ({
				accepts: false,
				reply: () => ({
					result: { kind: 'failed', reason: 'refused', isPermanent, neverSent: true },
					afterMs: 0,
				}),
			}),
		),
	},
);

/** One run of the node in an execution, in one of its tries, or in one of n8n's retries of it. */
const attempt = fc.record({
	continues: fc.boolean(),
	maxConcurrency: fc.integer({ min: 1, max: 5 }),
	/** When the execution ends in the middle, in seconds; null if it doesn't. */
	cutOffAt: fc.option(fc.integer({ min: 0, max: 12 }), { freq: 2 }),
	/** Whether n8n has what the node noted, or only what it had saved before. */
	isSaved: fc.boolean(),
	/** Whether the process has died, rather than the execution was stopped. */
	dies: fc.boolean(),
	/** Some items, so that a user's changes are there too. */
	items: fc.uniqueArray(fc.nat({ max: 5 }), { minLength: 1 }),
});

const anyScenario = fc.record({
	fates: fc.array(fc.array(fate, { maxLength: 6 }), { minLength: 6, maxLength: 6 }),
	attempts: fc.array(attempt, { minLength: 1, maxLength: 7 }),
});

type Scenario = typeof anyScenario extends fc.Arbitrary<infer T> ? T : never;

const creation = (prompt: string, imageUrls?: readonly string[]): ParsedRequest => ({
	kind: 'creation',
	creation: {
		endpoint: 'generate',
		fields: { prompt, ...(imageUrls && { imageUrls }) },
		additionalFields: {},
		imageFields: [],
	},
	images: [],
	options: { wait: null, download: null, onTaskFailed: 'error', output: 'structured' },
});

/** An item that an attempt doesn't have. Each item keeps its place. */
const absent: ParsedRequest = {
	kind: 'task',
	request: { taskId: 'x', wait: null, download: null, onTaskFailed: 'error', output: 'structured' },
};

class Stopped extends Error {}

interface Attempt {
	readonly nodeContext: IDataObject;
	readonly runIndex?: number;
	readonly claimed: Set<string>;
	readonly continues: boolean;
	readonly maxConcurrency: number;
	readonly maxRetries?: number;
	readonly cutOffAt: number | null;
	readonly dies: boolean;
}

/** Resolves with the tasks, or with the text of the error that has stopped the attempt. */
async function runAttempt(
	script: Script,
	requests: readonly ParsedRequest[],
	{ nodeContext, runIndex, continues, cutOffAt, dies, ...options }: Attempt,
) {
	const { context } = fakeContext({ nodeContext, ...(runIndex !== undefined && { runIndex }) });
	const { clock, session, controller } = createSession(script, {
		context,
		stopsAtFailure: !continues,
		...options,
	});
	if (dies) Object.assign(session.creations.claims, { release: async () => {} });
	const result = createTasks(session, requests, ({ message, description }) => {
		if (!continues) throw new Stopped(`${message} ${description}`);
	}).catch((error: Error) => error.message);
	if (cutOffAt !== null) {
		await clock.advance(cutOffAt);
		controller.abort();
	}
	return await clock.finish(result);
}

async function runScenario({ fates, attempts }: Scenario) {
	/** The tasks that the server has created, by prompt. */
	const accepted = new Map<string, string[]>();
	/** Tasks that an attempt which ended by itself has named nowhere. */
	const lost: string[] = [];
	const sent = new Map<string, number>();
	const claimed = new Set<string>();
	let saved: IDataObject = {};
	for (const { continues, maxConcurrency, cutOffAt, isSaved, dies, items } of attempts) {
		const named: string[] = [];
		const script: Script = ({ body }) => {
			const prompt = String(body?.prompt);
			const count = sent.get(prompt) ?? 0;
			sent.set(prompt, count + 1);
			const { accepts, reply } = fates[Number(prompt)]?.[count] ?? withId(100);
			const taskId = `task_${prompt}_${count}`;
			const response = reply(taskId);
			if (accepts) accepted.set(prompt, [...(accepted.get(prompt) ?? []), taskId]);
			if (accepts && JSON.stringify(response).includes(taskId)) named.push(taskId);
			return response;
		};
		const nodeContext = structuredClone(saved);
		const requests = fates.map((_, index) =>
			items.includes(index) ? creation(String(index)) : absent,
		);
		const end = await runAttempt(script, requests, {
			...{ nodeContext, claimed, continues, maxConcurrency, cutOffAt, dies },
		});
		const shown = JSON.stringify(end);
		if (isSaved || cutOffAt === null)
			saved = JSON.parse(JSON.stringify(nodeContext)) as IDataObject;
		if (cutOffAt !== null) continue;
		lost.push(...named.filter((taskId) => !shown.includes(taskId)));
		const notes = JSON.stringify(saved);
		lost.push(...named.filter((taskId) => !notes.includes(taskId)));
	}
	return { accepted, lost };
}

test('at most one creation for each item and request is accepted, and none loses its ID', async () => {
	await fc.assert(
		fc.asyncProperty(anyScenario, async (scenario) => {
			const { accepted, lost } = await runScenario(scenario);
			for (const taskIds of accepted.values()) expect(taskIds).toHaveLength(1);
			expect(lost).toEqual([]);
		}),
		{ numRuns: 200 },
	);
}, 120_000);

/** Each retry from the trigger gets the image at another address. */
const withImage = (position: number, token: number) =>
	creation('same', [`https://files.example.com/image?position=${position}&token=${token}`]);

/** One run of a workflow with a loop, whose start is where n8n has saved it. */
const execution = fc.record({
	continues: fc.boolean(),
	maxConcurrency: fc.integer({ min: 1, max: 3 }),
	/** How often a turn is tried if it fails. */
	maxTries: fc.integer({ min: 1, max: 2 }),
	/** The turn that it crashes in, if it has not failed, and when, in seconds. */
	crashes: fc.record({ turn: fc.nat({ max: 5 }), at: fc.integer({ min: 0, max: 6 }) }),
});

const anyLoop = fc.record({
	/** For each turn, whether its items have images: they are alike then, and otherwise equal. */
	turns: fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }), {
		minLength: 1,
		maxLength: 4,
	}),
	isRefused: fc.infiniteStream(fc.boolean()),
	executions: fc.array(execution, { minLength: 2, maxLength: 5 }),
});

type Loop = typeof anyLoop extends fc.Arbitrary<infer T> ? T : never;

/** Resolves with what was accepted: addresses of images without their tokens, and `equal` for requests without images. */
async function runLoops({ turns, isRefused, executions }: Loop) {
	const accepted: string[] = [];
	const script: Script = ({ body }) => {
		if (isRefused.next().value) return refused(422, 100).reply('');
		const [address = 'equal'] = (body?.imageUrls ?? []) as string[];
		accepted.push(address.replace(/&token.*/, ''));
		return withId(100).reply(`task_${accepted.length}`);
	};
	const claimed = new Set<string>();
	let saved: { turn: number; token: number; nodeContext: IDataObject } = {
		turn: 0,
		token: 0,
		nodeContext: {},
	};
	for (const [token, { continues, maxConcurrency, maxTries, crashes }] of executions.entries()) {
		const nodeContext = structuredClone(saved.nodeContext);
		const isRetry = saved.turn > 0 || Object.keys(nodeContext).length > 0;
		for (let turn = saved.turn; turn < turns.length; turn++) {
			const first = turns.slice(0, turn).flat().length;
			// n8n has saved the input of the node that has failed
			const ownToken = isRetry && turn === saved.turn ? saved.token : token;
			const requests = (turns[turn] ?? []).map((hasImage, index) =>
				hasImage ? withImage(first + index, ownToken) : creation('equal'),
			);
			const isCrash = turn === crashes.turn;
			const hasFailed = async () => {
				const end = await runAttempt(script, requests, {
					...{ nodeContext, runIndex: turn, claimed, continues, maxConcurrency, maxRetries: 0 },
					...{ cutOffAt: isCrash ? crashes.at : null, dies: isCrash },
				});
				return typeof end === 'string';
			};
			let failed = await hasFailed();
			for (let tries = 1; failed && !isCrash && tries < maxTries; tries++) {
				failed = await hasFailed();
			}
			if (isCrash) break;
			if (!failed) continue;
			saved = { turn, token: ownToken, nodeContext };
			break;
		}
	}
	return accepted;
}

test('retries of a loop that start where n8n has saved it pay nothing twice, though its images have other addresses', async () => {
	await fc.assert(
		fc.asyncProperty(anyLoop, async (loop) => {
			const accepted = await runLoops(loop);
			const images = accepted.filter((request) => request !== 'equal');
			expect(images).toEqual([...new Set(images)]);
			const equal = loop.turns.flat().filter((hasImage) => !hasImage).length;
			expect(accepted.length - images.length).toBeLessThanOrEqual(equal);
		}),
		{ numRuns: 300 },
	);
}, 120_000);
