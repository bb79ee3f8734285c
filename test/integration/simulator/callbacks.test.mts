import {
	callbackOfAnotherTask,
	callbackThatIsNoJson,
	callbackToAnotherTask,
	callbackWithWrong,
	doubledCallback,
	earlyCallback,
	hugeCallback,
	lateCallback,
	lostCallback,
	slowCallback,
	type CallbackScript,
} from '../../simulator/callback-script.mjs';
import { createdWithoutResponse } from '../../simulator/creation-plan.mjs';
import { Draw } from '../../simulator/shares.mjs';
import type { TaskPlan } from '../../simulator/task-script.mjs';
import { CallbackReceiver } from './callback-receiver.mjs';
import {
	client,
	extend,
	failureOf,
	generate,
	lookUp,
	simulator,
	useSimulator,
} from './support.mjs';

useSimulator({ now: Date.now });

let receiver: CallbackReceiver;

beforeEach(async () => {
	receiver = new CallbackReceiver();
	await receiver.open();
});

afterEach(() => receiver.close());

/** Creates a task whose callbacks go to `path`. Returns its ID. */
async function create(plan: TaskPlan = {}, path = '/1?token=own&signature=own'): Promise<string> {
	simulator.planTasks('*', [plan]);
	const { data } = await generate({ callBackUrl: receiver.url(path) });
	return String(data?.taskId);
}

const sent = async (requests: number) =>
	await simulator.waitFor({ server: 'callbacks', requests, open: 0 });

const callbacks = () => simulator.requests({ server: 'callbacks' });

describe('the body of a callback', () => {
	test('a callback of a success has the documented fields', async () => {
		const taskId = await create({ videos: 2, aspectRatio: '9:16' });
		await sent(1);
		const { resultUrls, originUrls } = (await lookUp(taskId))?.response as Record<string, unknown>;
		const info = { resultUrls, originUrls, resolution: '720p' };
		const msg = expect.any(String) as string;
		expect(receiver.bodies).toEqual([
			{ code: 200, msg, data: { taskId, info, fallbackFlag: false } },
		]);
	});

	test('resultUrls can be a string that holds a list', async () => {
		await create({ callbacks: [{ urlsAsText: true }] });
		await sent(1);
		const resultUrls = expect.stringMatching(/^\["http.*"\]$/) as string;
		expect(receiver.bodies).toMatchObject([{ data: { info: { resultUrls } } }]);
	});

	test.each([400, 422, 500, 501])('a callback of a failure has code %i', async (errorCode) => {
		const ending = { kind: 'failed', successFlag: 2, errorCode } as const;
		const taskId = await create({ ending });
		await sent(1);
		expect(receiver.bodies).toMatchObject([{ code: errorCode, data: { taskId } }]);
	});

	test.each<[string, CallbackScript, RegExp]>([
		['is no JSON', callbackThatIsNoJson(), /^<html>/],
		['is any other JSON', [{ json: ['odd'] }], /^\["odd"\]$/],
		['is huge', hugeCallback(3e6), /^\{.*\} {2900000,}$/s],
	])('a body %s', async (_, script, body) => {
		await create({ callbacks: script });
		await sent(1);
		expect(receiver.received).toMatchObject([{ body: expect.stringMatching(body) as string }]);
	});

	test('a body can come slowly', async () => {
		const start = Date.now();
		await create({ callbacks: slowCallback(1000) });
		await sent(1);
		expect(receiver.received[0]?.receivedAt).toBeGreaterThanOrEqual(start + 100);
		expect(receiver.bodies).toMatchObject([{ code: 200 }]);
	});
});

describe('when callbacks come', () => {
	test('a callback comes when its task ends', async () => {
		const start = Date.now();
		const taskId = await create({ durationSeconds: 0.2 });
		expect(callbacks()).toEqual([]);
		await sent(1);
		expect(receiver.received[0]?.receivedAt).toBeGreaterThanOrEqual(start + 199);
		expect(await lookUp(taskId)).toMatchObject({ successFlag: 1 });
		expect(callbacks()).toMatchObject([
			{ taskId, method: 'POST', path: receiver.url('/1?token=own&signature=own'), status: 200 },
		]);
	});

	test('a callback can come before the record shows the end', async () => {
		const taskId = await create({ durationSeconds: 60, callbacks: earlyCallback(59_950) });
		await sent(1);
		expect(receiver.bodies).toMatchObject([{ code: 200, data: { taskId } }]);
		expect(await lookUp(taskId)).toMatchObject({ successFlag: 0 });
	});

	test('a callback can come late, twice, or never', async () => {
		const start = Date.now();
		await create({ callbacks: lateCallback(100) });
		await sent(1);
		expect(receiver.received[0]?.receivedAt).toBeGreaterThanOrEqual(start + 99);
		await create({ callbacks: lostCallback() });
		await create({ ending: { kind: 'never' } });
		const twice = await create({ callbacks: doubledCallback() });
		await sent(3);
		expect(receiver.bodies.slice(1)).toMatchObject([
			{ data: { taskId: twice } },
			{ data: { taskId: twice } },
		]);
	});

	test('the callback of a task that ends by lookups comes when a lookup has found its end', async () => {
		const taskId = await create({ durationLookups: 1 });
		await lookUp(taskId);
		expect(callbacks()).toEqual([]);
		await lookUp(taskId);
		await sent(1);
		await lookUp(taskId);
		expect(callbacks()).toHaveLength(1);
	});

	test('an extended task and one that was added have callbacks as well', async () => {
		const params = { callBackUrl: receiver.url('/added') };
		simulator.addTask({ taskId: 'added', params });
		await sent(1);
		const { data } = await extend({ taskId: 'added', callBackUrl: receiver.url('/extended') });
		await sent(2);
		expect(callbacks().map(({ taskId }) => taskId)).toEqual(['added', data?.taskId]);
	});

	test('a task whose creation got no response has a callback', async () => {
		simulator.planCreations('*', [createdWithoutResponse()]);
		const abort = new AbortController();
		const fields = { prompt: 'A dog', model: 'veo3', callBackUrl: receiver.url() };
		const url = `${simulator.baseUrl}/api/v1/veo/generate`;
		const request = failureOf(client.post(url, fields, { signal: abort.signal }));
		await sent(1);
		const [taskId] = simulator.createdTasks('A dog');
		expect(receiver.bodies).toMatchObject([{ data: { taskId } }]);
		abort.abort();
		await request;
	});

	test('a callback that gets no 2xx is sent again, three times at most', async () => {
		simulator.setOptions({ callbackRetrySeconds: [0.01, 0.02, 0.03] });
		receiver.respondWith(409, 500);
		await create();
		await sent(3);
		expect(callbacks().map(({ status }) => status)).toEqual([409, 500, 200]);
		receiver.respondWith(404, 404, 404, 404);
		await create();
		await sent(7);
		const last = await create();
		await sent(8);
		expect(
			callbacks()
				.slice(3)
				.map(({ status }) => status),
		).toEqual([404, 404, 404, 404, 200]);
		expect(callbacks()[7]).toMatchObject({ taskId: last });
	});

	test('a receiver that is gone, or takes too long, has no status', async () => {
		simulator.setOptions({ callbackTimeoutSeconds: 0.05, callbackRetrySeconds: [] });
		await create({ callbacks: slowCallback(1) });
		await create({ callbacks: [{ to: { url: 'http://127.0.0.1:1/' } }] });
		await sent(2);
		expect(callbacks()).toMatchObject([{ status: null }, { status: null }]);
	});
});

describe('forged callbacks', () => {
	test('a forged callback names another task', async () => {
		await create({ callbacks: callbackOfAnotherTask('other') });
		await sent(1);
		expect(receiver.bodies).toMatchObject([{ code: 200, data: { taskId: 'other' } }]);
		expect(callbacks()).toMatchObject([{ taskId: 'other' }]);
	});

	test.each([
		['token', '/1?token=forged&signature=own'],
		['signature', '/1?token=own&signature=forged'],
	])('a forged callback has a wrong %s', async (parameter, path) => {
		await create({ callbacks: callbackWithWrong(parameter) });
		await sent(1);
		expect(receiver.received).toMatchObject([{ path }]);
	});

	test('a forged callback goes to the address of another execution', async () => {
		await create({ callbacks: lostCallback() }, '/2');
		await create({ callbacks: callbackToAnotherTask() }, '/1?token=own');
		await sent(1);
		expect(receiver.received).toMatchObject([{ path: '/2' }]);
	});

	test('a callback can be sent by hand', async () => {
		receiver.respondWith(418);
		const to = { url: receiver.url('/by-hand') };
		expect(await simulator.postCallback('unknown', { to })).toBe(418);
		const taskId = await create({ callbacks: [], durationSeconds: 60 });
		expect(await simulator.postCallback(taskId)).toBe(200);
		expect(receiver.bodies).toMatchObject([
			{ data: { taskId: 'unknown' } },
			{ code: 200, data: { taskId } },
		]);
		await expect(simulator.postCallback('unknown')).rejects.toThrow('no address');
	});
});

test('the callbacks of 500 tasks that end together come within seconds, in seeded shares', async () => {
	const shares = [
		{ share: 0.2, plan: lostCallback() },
		{ share: 0.2, plan: doubledCallback() },
		{ share: 0.1, plan: [...callbackOfAnotherTask('forged'), {}] },
	];
	const callbackShares = { seed: 7, shares };
	const draw = new Draw<CallbackScript>(callbackShares);
	const lengths = Array.from({ length: 500 }, () => (draw.next() ?? [{}]).length);
	const start = Date.now();
	simulator.setOptions({ callbackShares });
	const params = { callBackUrl: receiver.url() };
	simulator.addTasks(
		lengths.map((_, index) => ({ taskId: `t${index}`, params, durationSeconds: 0.1 })),
	);
	const { perTask } = await sent(lengths.reduce((sum, length) => sum + length, 0));
	expect(Date.now() - start).toBeLessThan(10_000);
	const { forged = 0, ...own } = perTask;
	const counts = Object.values(own);
	// Of 500, as the seed has it
	expect([500 - counts.length, counts.filter((count) => count === 2).length, forged]).toEqual([
		89, 93, 43,
	]);
});
