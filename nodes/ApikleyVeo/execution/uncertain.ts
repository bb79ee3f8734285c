import { creationUncertain } from '../errors/creationProblems';
import { initialWaitState } from '../veo/polling/waitFor';
import type { Callback } from '../veo/task/callback';
import { canComeFrom } from '../veo/task/origin';
import type { SentRequest } from '../veo/task/origin';
import type { VeoTask } from '../veo/task/task';
import { countFine } from './jobs';
import { lookUpCalled } from './lookup';
import { createdJobFor } from './plan';
import type { Job, Plan, PlannedItem, UncertainCreation } from './plan';
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

/** A task that a callback names. */
interface NamedTask extends Pick<FoundTask, 'job' | 'state'> {
	/** `possible`: the request can have created it. `ruledOut`: its record tells that it can't have. */
	readonly verdict: 'possible' | 'unknown' | 'ruledOut';
}

/** Notes which tasks callbacks name for creations that got no clear response. */
export function addNamed(run: Run, callbacks: readonly Callback[]): Run {
	const items = run.plan.items.map((item): PlannedItem => {
		if (item.kind !== 'uncertain') return item;
		const called = callbacks.filter(({ token }) => token === item.token);
		if (called.length === 0) return item;
		const named = called.map(({ taskId }) => taskId);
		return { ...item, named: [...new Set([...named, ...(item.named ?? [])])] };
	});
	return { ...run, plan: { ...run.plan, items } };
}

/**
 * Finds the tasks of creations that got no clear response. The callback of such a task has the token of its creation, and
 * names the task. The wait continues with it, if the API knows it, its record doesn't contradict the request (see
 * `canComeFrom`), and no other item or creation of this execution has it. One that the API doesn't know is looked up again
 * later. Any other one doesn't end the wait for the right callback.
 */
export async function findUncertain(
	session: Session,
	run: Run,
): Promise<{ readonly found: readonly FoundTask[]; readonly items: readonly PlannedItem[] }> {
	const { plan } = run;
	const taken = new Set(takenIds(plan));
	const namedTasks = await Promise.all(
		plan.items.map(async (item) =>
			item.kind === 'uncertain' ? await lookUpNamed(session, item, taken) : [],
		),
	);
	const found: FoundTask[] = [];
	const items = plan.items.map((item, itemIndex): PlannedItem => {
		const tasks = namedTasks[itemIndex] ?? [];
		if (item.kind !== 'uncertain' || (tasks.length === 0 && !hasNamed(item))) return item;
		const own = tasks.find(({ verdict, job }) => verdict === 'possible' && !taken.has(job.taskId));
		if (own === undefined) return withNamed(item, tasks, session.clock.date());
		taken.add(own.job.taskId);
		session.creations.onCreated(item.name, own.job.taskId);
		found.push({ itemIndex, item, job: own.job, state: own.state });
		return item;
	});
	return { found, items };
}

/** The tasks that items of the run have. */
function takenIds({ items, jobs }: Plan): string[] {
	const created = items.flatMap((item) => (item.kind === 'created' ? item.request.taskId : []));
	return [...jobs.map(({ taskId }) => taskId), ...created];
}

async function lookUpNamed(
	session: Session,
	item: UncertainCreation,
	taken: ReadonlySet<string>,
): Promise<NamedTask[]> {
	const { name, sent, named = [], ruledOut = [] } = item;
	const isOther = (taskId: string) =>
		taken.has(taskId) ||
		ruledOut.includes(taskId) ||
		taskId === sent?.extendedId ||
		session.creations.notes.isOfAnother(name, taskId);
	const possible = named.filter((taskId) => !isOther(taskId));
	const lookups = possible.slice(0, MAX_NAMED).map(async (taskId) => {
		const { job, state } = await lookUpFound(session, item, taskId);
		return { job, state, verdict: verdictOn(state, sent) };
	});
	return await Promise.all(lookups);
}

function hasNamed(item: PlannedItem): boolean {
	return item.kind === 'uncertain' && (item.named ?? []).length > 0;
}

function withNamed(
	item: UncertainCreation,
	tasks: readonly NamedTask[],
	now: number,
): UncertainCreation {
	const idsWith = (wanted: NamedTask['verdict']) =>
		tasks.flatMap(({ verdict, job }) => (verdict === wanted ? job.taskId : []));
	const named = idsWith('unknown');
	const ruledOut = [...(item.ruledOut ?? []), ...idsWith('ruledOut')].slice(-MAX_NAMED);
	return {
		...item,
		named,
		ruledOut,
		dueAt: named.length === 0 ? undefined : now + NAMED_INTERVAL_MS,
	};
}

/** Looks up the tasks again that callbacks named and the API didn't know. */
export async function recheckNamed(session: Session, run: Run): Promise<Run> {
	if (!run.plan.items.some(hasNamed)) return run;
	const { found, items } = await findUncertain(session, run);
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
	return {
		job,
		state: await lookUpCalled(session, { target: { ...job, isCreated: false }, schedule, wait }),
	};
}

/** A callback is only a hint, so a task without a record isn't believed to be the one. */
function verdictOn(state: JobState, sent: SentRequest | undefined): NamedTask['verdict'] {
	const task = lastTaskIn(state);
	if (task === null) return state.kind === 'new' ? 'possible' : 'unknown';
	return sent === undefined || canComeFrom(task, sent) ? 'possible' : 'ruledOut';
}

function lastTaskIn(state: JobState): VeoTask | null {
	if (state.kind === 'parked') return state.wait.lastValue;
	if (state.kind === 'new') return null;
	const { result } = state;
	if (result.kind === 'found') return result.value;
	return result.kind === 'timedOut' || result.kind === 'failed' ? (result.lastValue ?? null) : null;
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
		const problem = creationUncertain(item.reason, item);
		failFast(problem, itemIndex, countFine(run));
		return { kind: 'problem', problem };
	});
	return { ...run, plan: { ...run.plan, items } };
}
