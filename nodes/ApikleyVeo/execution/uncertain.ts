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

/**
 * Finds the tasks of creations that got no clear response. The callback of such a task has the token of its creation, and
 * names the task. The wait continues with it, if the API knows it.
 */
export async function findUncertain(
	session: Session,
	{ plan }: Run,
	callbacks: readonly Callback[],
): Promise<FoundTask[]> {
	const found = plan.items.map(async (item, itemIndex): Promise<FoundTask[]> => {
		if (item.kind !== 'uncertain') return [];
		const callback = callbacks.find(({ token }) => token === item.token);
		if (callback === undefined) return [];
		const { taskId } = callback;
		const { job, state } = await lookUpFound(session, item, taskId);
		if (isUnknown(state)) return [];
		session.creations.onCreated(item.name, taskId);
		return [{ itemIndex, item, job, state }];
	});
	return (await Promise.all(found)).flat();
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
		const problem = creationUncertain(item.reason);
		failFast(problem, itemIndex, 0);
		return { kind: 'problem', problem };
	});
	return { ...run, plan: { ...run.plan, items } };
}
