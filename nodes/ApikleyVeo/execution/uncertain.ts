import { creationUncertain } from '../errors/creationProblems';
import { initialWaitState } from '../veo/polling/waitFor';
import type { Callback } from '../veo/task/callback';
import { lookUpCalled } from './lookup';
import { createdJobFor } from './plan';
import type { Job, PlannedItem, UncertainCreation } from './plan';
import type { FailFast, JobState, Run } from './run';
import type { Session } from './session';

/**
 * Finds the tasks of creations that got no clear response. The callback of such a task has the token of its creation, and
 * names the task. The wait continues with it, if the API knows it.
 */
export async function findUncertain(
	session: Session,
	run: Run,
	callbacks: readonly Callback[],
): Promise<Run> {
	let found = run;
	for (const [itemIndex, item] of run.plan.items.entries()) {
		if (item.kind !== 'uncertain') continue;
		const callback = callbacks.find(({ token }) => token === item.token);
		if (callback === undefined) continue;
		const { taskId } = callback;
		const { job, state } = await lookUpFound(session, item, taskId);
		if (isUnknown(state)) continue;
		session.creations.onCreated(item.name, taskId);
		found = withJob(found, itemIndex, { job, state, item, taskId });
	}
	return found;
}

interface FoundJob {
	readonly job: Job;
	readonly state: JobState;
}

async function lookUpFound(
	session: Session,
	{ request, until }: UncertainCreation,
	taskId: string,
): Promise<FoundJob> {
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

interface Found extends FoundJob {
	readonly item: UncertainCreation;
	readonly taskId: string;
}

function withJob(
	{ plan, states, ...rest }: Run,
	itemIndex: number,
	{ job, state, item, taskId }: Found,
): Run {
	const request = { ...item.request, taskId };
	const planned: PlannedItem = { kind: 'job', request, job: plan.jobs.length };
	const items = plan.items.with(itemIndex, planned);
	return { ...rest, plan: { items, jobs: [...plan.jobs, job] }, states: [...states, state] };
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
