import { creationUncertain } from '../errors/creationProblems';
import { initialWaitState } from '../veo/polling/waitFor';
import type { Callback } from '../veo/task/callback';
import { lookUpCalled } from './lookup';
import { createdJobFor } from './plan';
import type { Job, PlannedItem, UncertainCreation } from './plan';
import type { FailFast, JobState, Run } from './run';
import type { Session } from './session';

/** The task of a creation that got no clear response. */
export interface FoundTask {
	readonly itemIndex: number;
	readonly item: UncertainCreation;
	readonly job: Job;
	readonly state: JobState;
}

/** A record can be unknown for a minute and a half after the creation, so a named task is looked up again. */
const NAMED_INTERVAL_MS = 65_000;
/** Anyone who knows the address could name any number of tasks. */
const MAX_NAMED = 5;

/**
 * Finds the tasks of creations that got no clear response. The callback of such a task has the token of its creation, and
 * names the task. The wait continues with it, if the API knows it and no other item has it. Otherwise it is looked up
 * again later.
 */
export async function findUncertain(
	session: Session,
	run: Run,
	callbacks: readonly Callback[],
): Promise<{ readonly found: readonly FoundTask[]; readonly items: readonly PlannedItem[] }> {
	const { plan } = run;
	const taken = new Set(plan.jobs.map(({ taskId }) => taskId));
	const found: FoundTask[] = [];
	const items = await Promise.all(
		plan.items.map(async (item, itemIndex): Promise<PlannedItem> => {
			if (item.kind !== 'uncertain') return item;
			const named = namedFor(item, callbacks).filter((taskId) => !taken.has(taskId));
			if (named.length === 0) return item;
			const lookups = named.map(async (taskId) => await lookUpFound(session, item, taskId));
			const known = (await Promise.all(lookups)).find(({ state }) => !isUnknown(state));
			if (known === undefined) {
				return { ...item, named, dueAt: session.clock.date() + NAMED_INTERVAL_MS };
			}
			session.creations.onCreated(item.name, known.job.taskId);
			found.push({ itemIndex, item, ...known });
			return item;
		}),
	);
	return { found, items };
}

function namedFor({ token, named = [] }: UncertainCreation, callbacks: readonly Callback[]) {
	const called = callbacks.filter((callback) => callback.token === token);
	return [...new Set([...called.map(({ taskId }) => taskId), ...named])].slice(0, MAX_NAMED);
}

/** Looks up the tasks again that callbacks named and the API didn't know. */
export async function recheckNamed(session: Session, run: Run): Promise<Run> {
	const hasNamed = run.plan.items.some(
		(item) => item.kind === 'uncertain' && item.named !== undefined,
	);
	if (!hasNamed) return run;
	const { found, items } = await findUncertain(session, run, []);
	return addFound({ ...run, plan: { ...run.plan, items } }, found);
}

async function lookUpFound(
	session: Session,
	{ request, until }: UncertainCreation,
	taskId: string,
): Promise<Pick<FoundTask, 'job' | 'state'>> {
	const job = createdJobFor({ ...request, taskId }, true);
	const { schedule } = job;
	if (schedule === null) return { job, state: { kind: 'new' } };
	const wait = initialWaitState(schedule, until - schedule.timeoutMs);
	return { job, state: await lookUpCalled(session, { target: job, schedule, wait }) };
}

/** The API doesn't know the task that the callback names, so it isn't the one that may have been created. */
function isUnknown(state: JobState): boolean {
	if (state.kind === 'parked') return state.wait.lastValue === null;
	if (state.kind !== 'done' || state.result.kind !== 'failed') return false;
	return ['notFound', 'tooOld'].includes(state.result.error.kind);
}

/** Returns the run with jobs for the tasks that were found. */
export function addFound(run: Run, found: readonly FoundTask[]): Run {
	return found.reduce(({ plan, states, ...rest }, { itemIndex, item, job, state }): Run => {
		const request = { ...item.request, taskId: job.taskId };
		const items = plan.items.with(itemIndex, { kind: 'job', request, job: plan.jobs.length });
		return { ...rest, plan: { items, jobs: [...plan.jobs, job] }, states: [...states, state] };
	}, run);
}

/** A creation whose callback hasn't come until the timeout stays uncertain. `now`: milliseconds since 1970. */
export function expireUncertain(run: Run, now: number, failFast: FailFast): Run {
	const items = run.plan.items.map((item, itemIndex): PlannedItem => {
		if (item.kind !== 'uncertain' || item.until > now) return item;
		const problem = creationUncertain(item.reason, item.named);
		failFast(problem, itemIndex, 0);
		return { kind: 'problem', problem };
	});
	return { ...run, plan: { ...run.plan, items } };
}
