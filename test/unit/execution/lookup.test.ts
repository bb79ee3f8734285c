import {
	getCompleteStatus,
	getStatus,
	waitUntilComplete,
} from '../../../nodes/ApikleyVeo/execution/lookup';
import { ParkBarrier } from '../../../nodes/ApikleyVeo/veo/polling/parkBarrier';
import { initialWaitState } from '../../../nodes/ApikleyVeo/veo/polling/waitFor';
import type { ClientOptions } from '../support/createClient';
import { createSession } from '../support/createSession';
import { apiError, httpResponse, sequence, taskResponse } from '../support/fakeHttp';
import type { Reply, Script } from '../support/fakeHttp';
import { FAILED, record, RUNNING, SUCCEEDED } from '../support/records';
import { schedule } from '../support/schedule';

const running = taskResponse(RUNNING);
const complete = taskResponse(SUCCEEDED);
const busy = httpResponse(503);
const none = { resultUrls: [] };
const some = { resultUrls: [expect.anything()] };
const incomplete = taskResponse(record({ response: none }));
const OTHER_LISTS = ['originUrls', 'fullResultUrls'];

describe('Get Status', () => {
	function createStatus(script: Script) {
		const created = createSession(script);
		const { clock, session } = created;
		return {
			...created,
			run: async () => await clock.finish(getStatus(session, { taskId: 'veo_1' })),
		};
	}

	test.each([
		['runs', running, { status: 'generating' }],
		['succeeded, but has no videos yet', incomplete, none],
	])('looks a task up once that %s', async (_, reply, value) => {
		const { clock, http, run } = createStatus(sequence(reply));
		expect(await run()).toMatchObject({ kind: 'found', value, stats: null });
		await clock.runAll();
		expect(http.requests.map(({ taskId, at }) => [taskId, at])).toEqual([['veo_1', 0]]);
	});

	test('ends when the session is closed', async () => {
		const { session, run } = createStatus(sequence(running));
		session.close();
		expect(await run()).toEqual({ kind: 'aborted' });
	});
});

test.each([
	[null, false],
	[0, true],
])(
	'a task whose 1080p version was requested is known to exist (video %s)',
	async (videoIndex, isKnown) => {
		const { clock, session } = createSession(sequence(apiError(401)));
		const result = await clock.finish(getStatus(session, { taskId: 'veo_1', videoIndex }));
		expect(result).toMatchObject({ kind: 'failed', isKnown });
	},
);

describe('Download', () => {
	const gone = apiError(404);
	const failed = taskResponse(FAILED);
	const minute = Array.from({ length: 13 }, (_, index) => index * 5);

	test.each<[string, readonly [Reply, ...Reply[]], number[], object]>([
		['a complete task once', [complete], [0], { isFinal: true }],
		['a running task once', [running], [0], { status: 'generating' }],
		['a failed task once', [failed], [0], { status: 'failed' }],
		['a task until it has videos', [incomplete, gone, incomplete, complete], [0, 5, 10, 15], some],
		['a task without videos for a minute', [incomplete], minute, none],
		['a task that became unknown for a minute', [incomplete, gone], minute, none],
		['a task that runs again for a minute', [incomplete, running], minute, none],
		['a task until the key is rejected', [incomplete, apiError(401)], [0, 5], none],
	])('looks up %s', async (_, replies, times, value) => {
		const { clock, http, session } = createSession(sequence(...replies));
		const result = await clock.finish(getCompleteStatus(session, { taskId: 'veo_1' }));
		expect(result).toMatchObject({ kind: 'found', value, stats: null });
		expect(http.times).toEqual(times);
	});

	test.each([
		[apiError(401), [], /401/],
		[gone, [], /404/],
		[gone, [incomplete], /404/],
		[busy, [incomplete], /503/],
		[incomplete, [], null],
		[incomplete, [gone], null],
	])('says why the last lookup of a task without videos failed: %j', async (last, before, why) => {
		const { clock, session } = createSession(sequence(incomplete, ...before, last), {
			maxRetries: 0,
		});
		const result = await clock.finish(getCompleteStatus(session, { taskId: 'veo_1' }));
		expect(result).toMatchObject({ kind: 'found', value: none });
		const lastError = why === null ? null : expect.stringMatching(why);
		expect({ lastError: null, ...result }).toMatchObject({ lastError });
	});

	test.each(OTHER_LISTS)('looks up a task once whose only videos are in %s', async (list) => {
		const response = { ...none, [list]: ['https://cdn/1.mp4'] };
		const { clock, http, session } = createSession(sequence(taskResponse(record({ response }))));
		const result = await clock.finish(getCompleteStatus(session, { taskId: 'veo_1' }));
		expect(result).toMatchObject({ kind: 'found', value: response });
		expect(http.times).toEqual([0]);
	});

	test('ends while it waits for the videos when the session is closed', async () => {
		const { clock, session } = createSession(sequence(incomplete));
		const lookup = getCompleteStatus(session, { taskId: 'veo_1' });
		await clock.advance(7);
		session.close();
		expect(await clock.finish(lookup)).toEqual({ kind: 'aborted' });
	});
});

describe('Wait Until Complete', () => {
	function createWaits(timeout: number, script: Script, options: ClientOptions = {}) {
		const created = createSession(script, options);
		const { clock, session, signal } = created;
		const start = async (taskId: string) =>
			await waitUntilComplete(session, {
				target: { taskId },
				schedule: schedule({ timeout }),
				wait: initialWaitState(schedule(), clock.date()),
				parkFrom: Infinity,
				barrier: new ParkBarrier(1, clock, signal),
			});
		const run = async (...taskIds: string[]) =>
			await clock.finish(Promise.all(taskIds.map(async (taskId) => await start(taskId))));
		return { ...created, run };
	}

	test('looks a task up until it is complete', async () => {
		const { http, run } = createWaits(900, sequence(running, running, complete));
		expect(await run('veo_1')).toMatchObject([
			{
				kind: 'done',
				result: {
					kind: 'found',
					value: { status: 'succeeded' },
					stats: { lookups: 3, waitedMs: 20_000 },
				},
				videos: null,
			},
		]);
		expect(http.requests.map(({ taskId, at }) => [taskId, at])).toEqual([
			['veo_1', 0],
			['veo_1', 10],
			['veo_1', 20],
		]);
	});

	test.each(OTHER_LISTS)('ends as soon as there are videos in %s', async (list) => {
		const named = taskResponse(record({ response: { ...none, [list]: ['https://cdn/1.mp4'] } }));
		const { http, run } = createWaits(900, sequence(incomplete, named));
		expect(await run('veo_1')).toMatchObject([{ result: { kind: 'found', value: none } }]);
		expect(http.times).toEqual([0, 10]);
	});

	test('counts the retries of a lookup as one', async () => {
		const { http, run } = createWaits(900, sequence(running, busy, busy, complete));
		expect(await run('veo_1')).toMatchObject([
			{ result: { kind: 'found', stats: { lookups: 2, waitedMs: 13_000 } } },
		]);
		expect(http.times).toEqual([0, 10, 11, 13]);
	});

	test('times out if the server is busy until the deadline', async () => {
		const { http, run } = createWaits(25, sequence(running, running, busy));
		expect(await run('veo_1')).toMatchObject([
			{
				result: {
					kind: 'timedOut',
					lastValue: { status: 'generating' },
					lastError: 'server error 503',
					stats: { lookups: 3, waitedMs: 25_000 },
				},
			},
		]);
		expect(http.times).toEqual([0, 10, 20, 21, 23, 25]);
	});

	test('stretches all intervals evenly if the limits are too low for all tasks', async () => {
		const script: Script = ({ at }) => taskResponse(at < 40 ? RUNNING : SUCCEEDED, 100);
		const { http, run } = createWaits(900, script, { requestsPerSecond: 0.2 });
		const taskIds = ['a', 'b', 'c', 'd'];
		await run(...taskIds);
		const timesOf = (id: string) =>
			http.requests.filter(({ taskId }) => taskId === id).map(({ at }) => at);
		expect(taskIds.map(timesOf)).toEqual([
			[0, 20, 40],
			[5, 25, 45],
			[10, 30, 50],
			[15, 35, 55],
		]);
	});
});
