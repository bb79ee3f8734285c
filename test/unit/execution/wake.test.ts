import { advance } from '../../../nodes/ApikleyVeo/execution/advance';
import { createPlan } from '../../../nodes/ApikleyVeo/execution/plan';
import type { PlannableRequest } from '../../../nodes/ApikleyVeo/execution/plan';
import { done, newRun, nextDueAt } from '../../../nodes/ApikleyVeo/execution/run';
import type { JobState, Run } from '../../../nodes/ApikleyVeo/execution/run';
import {
	addNamed,
	expireUncertain,
	recheckNamed,
} from '../../../nodes/ApikleyVeo/execution/uncertain';
import { wakeRun } from '../../../nodes/ApikleyVeo/execution/wake';
import { createSession } from '../support/createSession';
import { apiError, taskResponse } from '../support/fakeHttp';
import type { Script } from '../support/fakeHttp';
import { record, RUNNING, SUCCEEDED } from '../support/records';
import { parseTask } from '../../../nodes/ApikleyVeo/veo/task/task';
import { found, request, waitRequest } from '../support/requests';
import type { ScheduleOptions } from '../support/schedule';

/** "a20" is complete after 20 s, "gone" is unknown, "down" can't be looked up; any other task keeps running. */
const respond: Script = ({ taskId, at }) => {
	if (taskId === 'gone') return apiError(422);
	if (taskId === 'down') return apiError(503);
	const completeAt = Number(/\d+$/.exec(taskId)?.[0] ?? Infinity);
	return taskResponse(at < completeAt ? RUNNING : SUCCEEDED);
};

const endsOf = ({ states }: Run) =>
	states.map((state: JobState) => (state.kind === 'done' ? state.result.kind : state.kind));

/** A run that waits for these tasks and was parked at 0 s. */
async function parkRun(taskIds: readonly string[], options: ScheduleOptions = {}) {
	const { clock, http, session } = createSession(respond, { parkAfter: 0 });
	const wait = waitRequest('output', { initialDelay: 600, ...options });
	const requests = taskIds.map((taskId) => ({
		kind: 'task' as const,
		request: request({ taskId, wait }),
	}));
	const failFast = () => {};
	const parked = await clock.finish(advance(session, newRun(createPlan(requests)), failFast));
	/** What n8n does with a call for these tasks. `late`: seconds until the run starts. */
	const call = async (at: number, ids: readonly string[], { run = parked, late = 0 } = {}) => {
		await clock.advance(at - clock.seconds);
		const callbacks = ids.map((taskId) => ({ taskId, token: null, receivedAt: clock.date() }));
		await clock.advance(late);
		const woken = async () => {
			const due = await wakeRun(session, run, callbacks, failFast);
			return await advance({ ...session, parkAfterMs: 0 }, due, failFast);
		};
		return await clock.finish(woken());
	};
	const sent = () => http.requests.map(({ taskId, at }) => `${taskId}@${at}`);
	return { call, clock, parked, sent };
}

test('a task that a callback names is looked up at once, before it is due', async () => {
	const { call, sent } = await parkRun(['a20']);
	expect(endsOf(await call(20, ['a20']))).toEqual(['found']);
	expect(sent()).toEqual(['a20@20']);
});

test('a record that lags behind the callback is looked up again for some seconds', async () => {
	const { call, sent } = await parkRun(['a25']);
	expect(endsOf(await call(20, ['a25']))).toEqual(['found']);
	expect(sent()).toEqual(['a25@20', 'a25@21', 'a25@23', 'a25@27']);
});

test('after a callback that was wrong the wait is parked again, and ends as it would have', async () => {
	const { call, clock, sent } = await parkRun(['running'], { timeout: 900 });
	const run = await call(20, ['running']);
	expect(endsOf(run)).toEqual(['parked']);
	expect(sent()).toHaveLength(5);
	expect(clock.seconds).toBe(35);
	expect(nextDueAt(run) - clock.date()).toBe(65_000);
});

test('a callback does not extend the timeout', async () => {
	const { call, clock, sent } = await parkRun(['running'], { timeout: 100 });
	expect(endsOf(await call(95, ['running']))).toEqual(['timedOut']);
	expect(clock.seconds).toBe(100);
	expect(sent()).toEqual(['running@95', 'running@100']);
});

test('an unknown task is looked up, and waited for as long as without the callback', async () => {
	const { call } = await parkRun(['gone']);
	const run = await call(20, ['gone']);
	expect(endsOf(run)).toEqual(['parked']);
	expect(endsOf(await call(95, ['gone'], { run }))).toEqual(['failed']);
});

test('other tasks are looked up once, after the task that was called for', async () => {
	const { call, sent } = await parkRun(['a10', 'a21', 'running']);
	const run = await call(20, ['a21']);
	expect(endsOf(run)).toEqual(['found', 'found', 'parked']);
	expect(sent()).toEqual(['a21@20', 'a21@21', 'a10@21', 'running@21']);
});

test('of many other tasks those are looked up that are due first', async () => {
	const ids = Array.from({ length: 20 }, (_, number) => `task_${number}_running`);
	const { call, parked, sent } = await parkRun(['a20', ...ids]);
	const states = parked.states.map((state, index) =>
		state.kind === 'parked'
			? { ...state, wait: { ...state.wait, dueAt: state.wait.dueAt - index * 1_000 } }
			: state,
	);
	await call(20, ['a20'], { run: { ...parked, states } });
	expect(sent()).toEqual(['a20', ...ids.slice(-5)].map((taskId) => `${taskId}@20`));
});

test('tasks that are due soon do not keep the execution awake', async () => {
	const { call, clock, sent } = await parkRun(['a20', ...'bcdefghi'], { initialDelay: 65 });
	await call(45, ['a20']);
	expect(clock.seconds).toBe(45);
	expect(sent()).toHaveLength(9);
});

test('a task that is due while the record of another lags is looked up in time', async () => {
	const { call, clock, sent } = await parkRun(['running', 'b'], { initialDelay: 70, timeout: 300 });
	await call(60, ['running']);
	expect(sent()).toContain('b@70');
	expect(clock.seconds).toBe(75);
});

test('all tasks are looked up if the run started long after the call', async () => {
	const ids = Array.from({ length: 20 }, (_, number) => `task_${number}_running`);
	const { call, sent } = await parkRun(['a20', ...ids]);
	await call(20, ['a20'], { late: 3 });
	expect(sent()).toHaveLength(21);
});

test('several callbacks at once are all followed', async () => {
	const { call, sent } = await parkRun(['a10', 'a11', 'running']);
	expect(endsOf(await call(20, ['a10', 'a11']))).toEqual(['found', 'found', 'parked']);
	expect(sent().slice(0, 2)).toEqual(['a10@20', 'a11@20']);
});

test('a result that is already there stays', async () => {
	const { call, sent } = await parkRun(['a10', 'running']);
	const run = await call(10, ['a10']);
	await call(20, ['a10'], { run });
	expect(sent().filter((each) => each.startsWith('a10'))).toEqual(['a10@10']);
});

test('without a callback nothing is due before its time', async () => {
	const { call, parked, sent } = await parkRun(['running']);
	expect((await call(20, [])).states).toEqual(parked.states);
	expect(sent()).toEqual([]);
});

describe('a creation without a clear response', () => {
	/** A run that waits for two such creations, and a callback for the first. */
	async function wakeUncertain(taskId: string, token = 'token-1') {
		const { clock, created, http, session } = createSession(respond, { parkAfter: 0 });
		const wanted = request({ wait: waitRequest() });
		const until = clock.date() + 900_000;
		const uncertain = [1, 2].map((number) => ({
			kind: 'uncertain' as const,
			request: wanted,
			name: `creation ${number}`,
			token: `token-${number}`,
			reason: 'no response',
			until,
		}));
		await clock.advance(20);
		const callbacks = [{ taskId, token, receivedAt: clock.date() }];
		const named = addNamed(newRun(createPlan(uncertain)), callbacks);
		const woken = wakeRun(session, named, callbacks, () => {});
		const run = await clock.finish(woken);
		return { created, run, requests: http.requests.length };
	}
	const kindsOf = ({ plan }: Run) => plan.items.map(({ kind }) => kind);

	test('has the task that its callback names', async () => {
		const { created, run } = await wakeUncertain('a20');
		expect(kindsOf(run)).toEqual(['job', 'uncertain']);
		expect(run.plan.items[0]).toMatchObject({ request: { taskId: 'a20' } });
		expect(endsOf(run)).toEqual(['found']);
		expect(run.states[0]).toMatchObject({ result: { stats: { lookups: 1, waitedMs: 20_000 } } });
		expect(created).toEqual(['a20']);
	});

	test('has it even if its record lags behind the callback', async () => {
		const { run, requests } = await wakeUncertain('running');
		expect([kindsOf(run), endsOf(run)]).toEqual([['job', 'uncertain'], ['parked']]);
		expect(requests).toBe(5);
	});

	test.each([
		['a task that the API does not know', 'gone', 'token-1'],
		['a task that can not be looked up', 'down', 'token-1'],
		['another token', 'a20', 'token-3'],
	])('stays uncertain after a callback with %s', async (_, taskId, token) => {
		const { created, run } = await wakeUncertain(taskId, token);
		expect(kindsOf(run)).toEqual(['uncertain', 'uncertain']);
		expect(created).toEqual([]);
	});

	/** A callback for each of these tasks comes for the first creation; "late" is unknown until then. */
	async function wakeNamed(taskIds: readonly string[], lateUntil: number) {
		const script: Script = (sent, nth) =>
			sent.taskId === 'late' && sent.at < lateUntil ? apiError(422) : respond(sent, nth);
		const { clock, created, session } = createSession(script, { parkAfter: 0 });
		const until = clock.date() + 900_000;
		const plan = createPlan([
			{
				kind: 'uncertain',
				request: request({ wait: waitRequest() }),
				name: 'creation 1',
				token: 'token-1',
				reason: 'no response',
				until,
			},
			{ kind: 'task', request: request({ taskId: 'running', wait: waitRequest() }) },
		]);
		const callbacks = taskIds.map((taskId) => ({
			taskId,
			token: 'token-1',
			receivedAt: clock.date(),
		}));
		const failFast = () => {};
		const named = addNamed(newRun(plan), callbacks);
		const run = await clock.finish(wakeRun(session, named, callbacks, failFast));
		return { clock, created, session, run };
	}

	test('has the one that the API knows of several that callbacks name', async () => {
		const { created, run } = await wakeNamed(['gone', 'a0'], 0);
		expect(kindsOf(run)).toEqual(['job', 'job']);
		expect(created).toEqual(['a0']);
	});

	test('does not take the task of another item', async () => {
		const { created, run } = await wakeNamed(['running'], 0);
		expect(kindsOf(run)).toEqual(['uncertain', 'job']);
		expect(created).toEqual([]);
	});

	describe('whose callback names a task that exists already', () => {
		/** When the creation was sent. */
		const sentAt = Date.UTC(2026, 0, 2);
		const OLD = record({
			createTime: '2026-01-01T10:00:00Z',
			completeTime: '2026-01-01T10:05:00Z',
		});
		const NEW = record({
			createTime: '2026-01-02T00:00:01Z',
			completeTime: '2026-01-02T00:05:00Z',
		});

		/** Callbacks for these tasks come, one round after the other. */
		async function wakeFor(
			rounds: ReadonlyArray<readonly string[]>,
			more: { extendedId?: string; prompt?: string; others?: readonly PlannableRequest[] } = {},
		) {
			const {
				extendedId = null,
				prompt = 'A futuristic city with flying cars at sunset',
				others = [],
			} = more;
			const script: Script = ({ taskId }) => taskResponse(taskId.startsWith('old') ? OLD : NEW);
			const { clock, created, http, session } = createSession(script, { parkAfter: 0 });
			const creation = {
				kind: 'uncertain' as const,
				request: request({ wait: waitRequest() }),
				name: 'creation 1',
				token: 'token-1',
				reason: 'no response',
				until: clock.date() + 900_000,
				sent: { sentAt, body: { prompt }, extendedId },
			};
			session.creations.notes.set('another', { kind: 'created', taskId: 'noted' });
			let run = newRun(createPlan([creation, ...others]));
			for (const taskIds of rounds) {
				const receivedAt = clock.date();
				const callbacks = taskIds.map((taskId) => ({ taskId, token: 'token-1', receivedAt }));
				const named = addNamed(run, callbacks);
				run = await clock.finish(wakeRun(session, named, callbacks, () => {}));
			}
			return { created, run, lookedUp: http.requests.map(({ taskId }) => taskId) };
		}

		test('waits for the callback of its own, and has that', async () => {
			const { created, run, lookedUp } = await wakeFor([['old'], ['old'], ['old', 'new']]);
			expect(kindsOf(run)).toEqual(['job']);
			expect(created).toEqual(['new']);
			expect(lookedUp).toEqual(['old', 'new']);
		});

		test('is not looked up again by time, and its error names the task', async () => {
			const { run } = await wakeFor([['old']]);
			const [item] = run.plan.items;
			expect(item).toMatchObject({ kind: 'uncertain', ruledOut: ['old'] });
			expect(nextDueAt(run)).toBe(item?.kind === 'uncertain' ? item.until : null);
			const [expired] = expireUncertain(run, Infinity, () => {}).plan.items;
			expect(expired).toMatchObject({
				problem: { taskId: null, message: expect.stringContaining('A callback named old,') },
			});
		});

		test('by its prompt, stays uncertain', async () => {
			const { created, run } = await wakeFor([['new']], { prompt: 'A dog' });
			expect([kindsOf(run), created]).toEqual([['uncertain'], []]);
		});

		test('is the one that it extends, stays uncertain', async () => {
			const { created, lookedUp } = await wakeFor([['new']], { extendedId: 'new' });
			expect([created, lookedUp]).toEqual([[], []]);
		});

		test('was created by another run of the node, stays uncertain', async () => {
			const { created, lookedUp } = await wakeFor([['noted']]);
			expect([created, lookedUp]).toEqual([[], []]);
		});

		test('was created for an item that waits for nothing, stays uncertain', async () => {
			const other = {
				kind: 'created',
				request: request({ taskId: 'new' }),
				data: {},
				wakes: false,
			} as const;
			const { created } = await wakeFor([['new']], { others: [other] });
			expect(created).toEqual([]);
		});

		test('is named for another creation at the same time, is the task of one only', async () => {
			const { clock, created, session } = createSession(() => taskResponse(NEW), { parkAfter: 0 });
			const creations = [1, 2].map((number) => ({
				kind: 'uncertain' as const,
				request: request({ wait: waitRequest() }),
				name: `creation ${number}`,
				token: `token-${number}`,
				reason: 'no response',
				until: clock.date() + 900_000,
			}));
			const callbacks = creations.map(({ token }) => ({
				taskId: 'new',
				token,
				receivedAt: clock.date(),
			}));
			const named = addNamed(newRun(createPlan(creations)), callbacks);
			const woken = wakeRun(session, named, callbacks, () => {});
			expect(kindsOf(await clock.finish(woken))).toEqual(['job', 'uncertain']);
			expect(created).toEqual(['new']);
		});
	});

	test('looks a named task up again that the API did not know yet', async () => {
		const { clock, created, session, run } = await wakeNamed(['late'], 60);
		const dueAt = clock.date() + 65_000;
		expect(run.plan.items[0]).toMatchObject({ kind: 'uncertain', named: ['late'], dueAt });
		await clock.advance(65);
		const rechecked = await clock.finish(recheckNamed(session, run));
		expect(kindsOf(rechecked)).toEqual(['job', 'job']);
		expect(created).toEqual(['late']);
	});

	test('does not look for a named task any longer that another item has got', async () => {
		const { clock, session, run } = await wakeNamed(['late'], Infinity);
		const job = createPlan([
			{ kind: 'task', request: request({ taskId: 'late', wait: waitRequest() }) },
		]).jobs;
		const plan = { ...run.plan, jobs: [...run.plan.jobs, ...job] };
		const states = [...run.states, { kind: 'new' as const }];
		const rechecked = await clock.finish(recheckNamed(session, { ...run, plan, states }));
		const [item] = rechecked.plan.items;
		expect(item).toMatchObject({ kind: 'uncertain', named: [], dueAt: undefined });
	});

	test('ends the run with the number of items that have a result, when it stays uncertain', async () => {
		const { run } = await wakeNamed(['gone'], 0);
		const other = { kind: 'task', request: request({ taskId: 'good' }) } as const;
		const [good] = createPlan([other]).jobs;
		if (good === undefined) throw new Error('no job');
		const job = { kind: 'job', request: other.request, job: run.plan.jobs.length } as const;
		const plan = { items: [...run.plan.items, job], jobs: [...run.plan.jobs, good] };
		const states = [...run.states, done(found(parseTask(SUCCEEDED)))];
		const fine: number[] = [];
		expireUncertain({ ...run, plan, states }, Infinity, (...args) => fine.push(args[2]));
		expect(fine).toEqual([1]);
	});

	test('names the tasks of its callbacks when it stays uncertain', async () => {
		const { run } = await wakeNamed(['gone'], 0);
		const expired = expireUncertain(run, Infinity, () => {});
		expect(expired.plan.items[0]).toMatchObject({
			problem: {
				code: 'CREATION_UNCERTAIN',
				taskId: null,
				message: expect.stringContaining('A callback named gone,'),
			},
		});
	});
});
