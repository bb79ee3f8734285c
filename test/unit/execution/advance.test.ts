import { advance } from '../../../nodes/ApikleyVeo/execution/advance';
import { createPlan } from '../../../nodes/ApikleyVeo/execution/plan';
import { done, newRun, nextDueAt } from '../../../nodes/ApikleyVeo/execution/run';
import type { FailFast, JobState, Run } from '../../../nodes/ApikleyVeo/execution/run';
import type { TaskRequest } from '../../../nodes/ApikleyVeo/parameters/taskRequest';
import type { Session } from '../../../nodes/ApikleyVeo/execution/session';
import { createSession } from '../support/createSession';
import type { SessionOptions } from '../support/createSession';
import { apiError, taskResponse } from '../support/fakeHttp';
import type { Script } from '../support/fakeHttp';
import { FAILED, RUNNING, SUCCEEDED, task } from '../support/records';
import { found, request, waitRequest } from '../support/requests';

const DOWNLOAD: TaskRequest['download'] = {
	videoSource: 'resultUrls',
	binaryProperty: 'data',
	onUnfinished: 'output',
};

/** "a20" is complete after 20 s, "failed" failed, "gone" is unknown, "slow" gets every response too late; any other task keeps running. */
const respond: Script = ({ taskId, at }) => {
	if (taskId === 'slow') return taskResponse(RUNNING, 100_000);
	if (taskId === 'gone') return apiError(422);
	if (taskId === 'failed') return taskResponse(FAILED);
	const completeAt = Number(/\d+$/.exec(taskId)?.[0] ?? Infinity);
	return taskResponse(at < completeAt ? RUNNING : SUCCEEDED);
};

/** A run that waits for these tasks, or does what their requests say. */
function createRun(requests: ReadonlyArray<string | TaskRequest>, options: SessionOptions = {}) {
	const created = createSession(respond, options);
	const { clock, session } = created;
	const parsed = requests.map((each) => ({
		kind: 'task' as const,
		request: typeof each === 'string' ? request({ taskId: each, wait: waitRequest() }) : each,
	}));
	const failed: Array<[number, number | string]> = [];
	const failFast: FailFast = ({ code }, itemIndex) => failed.push([itemIndex, code]);
	const start = async (run: Run = newRun(createPlan(parsed))) =>
		await advance(session, run, failFast);
	const finish = async (run?: Run) => await clock.finish(start(run));
	/** What n8n does with a parked run, `late` seconds after it is due. */
	const resume = async (run: Run, late = 0) => {
		await clock.advance((nextDueAt(run) - clock.date()) / 1000 + late);
		return await clock.finish(advance({ ...session, parkAfterMs: 0 }, run, failFast));
	};
	const sent = () => created.http.requests.map(({ taskId, at }) => `${taskId}@${at}`);
	return { ...created, failed, start, finish, resume, sent };
}

const endOf = (state: JobState) => (state.kind === 'done' ? state.result.kind : state.kind);
const endsOf = ({ states }: Run) => states.map(endOf);

describe('a run that stays in memory', () => {
	test('waits for a 1080p version as long as it should, even if the clock is set meanwhile', async () => {
		const upgrade = request({ taskId: 'a0', videoIndex: 0, wait: waitRequest() });
		const { clock, start } = createRun([upgrade]);
		const run = start();
		const date = clock.date.bind(clock);
		clock.date = () => date() - 3_600_000;
		expect(endsOf(await clock.finish(run))).toEqual(['timedOut']);
		expect(clock.seconds).toBe(900);
	});

	test('waits for all jobs at once, until each is done', async () => {
		const { clock, finish } = createRun(['a0', 'a20', 'running', 'gone']);
		const { states } = await finish();
		expect(states.map(endOf)).toEqual(['found', 'found', 'timedOut', 'failed']);
		expect(clock.seconds).toBe(900);
	});

	test('looks up once for a job without a schedule', async () => {
		const { finish, sent } = createRun([request({ taskId: 'running' })]);
		expect(endsOf(await finish())).toEqual(['found']);
		expect(sent()).toEqual(['running@0']);
	});

	test('downloads the videos of a task as soon as it is complete', async () => {
		const requests = ['a10', 'a500'].map((taskId) =>
			request({ taskId, wait: waitRequest(), download: DOWNLOAD }),
		);
		const { clock, downloaded, start } = createRun(requests);
		const run = start();
		await clock.advance(10);
		const [url] = (SUCCEEDED.response as { resultUrls: string[] }).resultUrls;
		expect(downloaded).toEqual([{ taskId: 'a10', url, index: 0 }]);
		expect((await clock.finish(run)).states).toMatchObject([
			{ kind: 'done', videos: [{ kind: 'stored' }] },
			{ kind: 'done', videos: [{ kind: 'stored' }] },
		]);
	});

	test('only downloads the videos of tasks that succeeded, and only if they are wanted', async () => {
		const requests = [
			request({ taskId: 'failed', download: DOWNLOAD }),
			request({ taskId: 'gone', download: DOWNLOAD }),
			request({ taskId: 'running', download: DOWNLOAD }),
			request({ taskId: 'a0' }),
		];
		const { downloaded, finish } = createRun(requests);
		const { states } = await finish();
		expect(states.map((state) => state.kind === 'done' && state.videos)).toEqual(
			requests.map(() => null),
		);
		expect(downloaded).toEqual([]);
	});

	test('is aborted for a task whose videos are not downloaded yet when its session is closed', async () => {
		const parsed = [{ kind: 'task' as const, request: request({ download: DOWNLOAD }) }];
		const run = { ...newRun(createPlan(parsed)), states: [done(found(task()))] };
		const { finish, session } = createRun([]);
		session.close();
		expect(endsOf(await finish(run))).toEqual(['aborted']);
	});

	test('ends when its session is closed', async () => {
		const { clock, session, start } = createRun(['a0', 'running']);
		const run = start();
		await clock.advance(5);
		session.close();
		expect(endsOf(await clock.finish(run))).toEqual(['found', 'aborted']);
		expect(clock.seconds).toBe(5);
	});
});

test('a problem is reported for each of its items as soon as its job is done', async () => {
	const { clock, failed, start } = createRun(['running', 'gone', 'gone']);
	const run = start();
	await clock.advance(90);
	expect(failed).toEqual([
		[1, 422],
		[2, 422],
	]);
	await clock.finish(run);
	expect(failed).toContainEqual([0, 'WAIT_TIMED_OUT']);
});

test('a bug in one job is a problem of its items only', async () => {
	const { clock, failed, session } = createRun([]);
	const send: Session['client']['send'] = async (endpoint, times) => {
		if (endpoint.path.endsWith('bad')) throw new TypeError('boom');
		return await session.client.send(endpoint, times);
	};
	const parsed = ['a0', 'bad', 'a20'].map((taskId) => ({
		kind: 'task' as const,
		request: request({ taskId, wait: waitRequest() }),
	}));
	const client = { send } as Session['client'];
	const failFast: FailFast = ({ code }, ...counts) => failed.push([counts[0], code]);
	const run = advance({ ...session, client }, newRun(createPlan(parsed)), failFast);
	const { states } = await clock.finish(run);
	expect(states.map(endOf)).toEqual(['found', 'failed', 'found']);
	expect(states[1]).toMatchObject({ result: { error: { kind: 'unexpected', message: 'boom' } } });
	expect(failed).toEqual([[1, 'UNEXPECTED_ERROR']]);
});

test('a run knows by how much its latest request was late', async () => {
	const options = { requestsPerSecond: 0.5 };
	const late = createRun(['a0', 'b0', 'c0'], options);
	expect(await late.finish()).toMatchObject({ maxStartDelayMs: 4_000 });
	const parsed = [{ kind: 'task' as const, request: request({ taskId: 'a0' }) }];
	const resumed = { ...newRun(createPlan(parsed)), maxStartDelayMs: 7_000 };
	expect(await createRun([], options).finish(resumed)).toMatchObject({ maxStartDelayMs: 7_000 });
});

describe('a run that may be parked', () => {
	test('is parked once all jobs are done or can be parked', async () => {
		const { clock, finish, sent } = createRun(['running', 'a20'], { parkAfter: 0 });
		const run = await finish();
		expect(endsOf(run)).toEqual(['parked', 'parked']);
		expect(nextDueAt(run) - clock.date()).toBe(65_000);
		expect(sent()).toEqual(['running@0', 'a20@0']);
	});

	test('waits in memory first', async () => {
		const { clock, finish } = createRun(['running', 'a20'], { parkAfter: 30 });
		expect(endsOf(await finish())).toEqual(['parked', 'found']);
		expect(clock.seconds).toBe(30);
	});

	test('downloads the videos of all tasks when all are complete', async () => {
		const requests = ['a0', 'a50'].map((taskId) =>
			request({ taskId, wait: waitRequest(), download: DOWNLOAD }),
		);
		const { downloaded, finish, resume } = createRun(requests, { parkAfter: 0 });
		const parked = await finish();
		expect([endsOf(parked), downloaded]).toEqual([['found', 'parked'], []]);
		const { states } = await resume(parked);
		expect(states).toMatchObject([{ videos: [{}] }, { videos: [{}] }]);
		expect(downloaded.map(({ taskId }) => taskId)).toEqual(['a0', 'a50']);
	});
});

test('a wait that could be parked meets its deadline while a task that is not waited for is still looked up', async () => {
	const wait = waitRequest('output', { timeout: 90 });
	const requests = [request({ taskId: 'running', wait }), request({ taskId: 'slow' })];
	const { clock, finish, sent } = createRun(requests, { parkAfter: 0 });
	expect(endsOf(await finish())).toEqual(['timedOut', 'failed']);
	expect(sent()).toContain('running@90');
	expect(clock.seconds).toBeGreaterThan(90);
});

describe('a resumed run', () => {
	test('only looks up the tasks that are not done', async () => {
		const { finish, resume, sent } = createRun(['a0', 'a50', 'failed'], { parkAfter: 0 });
		const run = await resume(await finish());
		expect(endsOf(run)).toEqual(['found', 'found', 'found']);
		expect(run.states[1]).toMatchObject({ result: { stats: { lookups: 2, waitedMs: 65_000 } } });
		expect(sent().slice(3)).toEqual(['a50@65']);
	});

	test('is parked again after one lookup', async () => {
		const { clock, finish, resume, sent } = createRun(['running'], { parkAfter: 0 });
		const run = await resume(await finish());
		expect(endsOf(run)).toEqual(['parked']);
		expect(nextDueAt(run) - clock.date()).toBe(65_000);
		expect(sent()).toEqual(['running@0', 'running@65']);
	});

	test('is parked again without a request if it is resumed too early', async () => {
		const { finish, resume, sent } = createRun(['running'], { parkAfter: 0 });
		const run = await finish();
		expect((await resume(run, -31)).states).toEqual(run.states);
		expect(sent()).toEqual(['running@0']);
	});

	test('waits in memory for tasks that are due up to 30 s later', async () => {
		const requests = [0, 95, 96].map((initialDelay) =>
			request({ taskId: `running_${initialDelay}s`, wait: waitRequest('error', { initialDelay }) }),
		);
		const { clock, finish, resume, sent } = createRun(requests, { parkAfter: 0 });
		const run = await resume(await finish());
		expect(sent()).toEqual(['running_0s@0', 'running_0s@65', 'running_95s@95']);
		expect(clock.seconds).toBe(95);
		expect(nextDueAt(run) - clock.date()).toBe(1_000);
	});

	test('is not late because n8n resumed it late', async () => {
		const { finish, resume } = createRun(['running'], { parkAfter: 0 });
		expect(await resume(await finish(), 300)).toMatchObject({ maxStartDelayMs: 0 });
	});

	test.each([
		['at its deadline', 0],
		['long after its deadline', 3_600],
	])('times out %s', async (_, late) => {
		const wait = waitRequest('output', { timeout: 100 });
		const requests = [request({ taskId: 'running', wait })];
		const { finish, resume } = createRun(requests, { parkAfter: 0 });
		const { states } = await resume(await finish(), late);
		const stats = { lookups: 2, waitedMs: 100_000 + late * 1000 };
		expect(states).toMatchObject([{ result: { kind: 'timedOut', stats } }]);
	});
});
