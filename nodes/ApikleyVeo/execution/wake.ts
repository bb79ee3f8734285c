import type { Callback } from '../veo/task/callback';
import { jobAdvancer, RESUME_WINDOW_MS } from './advance';
import { runJobs } from './jobs';
import type { Job } from './plan';
import type { FailFast, JobState, Run } from './run';
import type { Session } from './session';
import { addFound, findUncertain, recheckNamed } from './uncertain';

/** How many tasks are looked up along with those that were called for: those that are due first. */
const MAX_OTHERS = 5;

/** A run that starts later than this after a call may have missed other calls, so all of its tasks are looked up. */
const PROMPT_MS = 2_000;

/**
 * Looks up the tasks that callbacks name, and makes others due then. n8n refuses calls while the execution is awake, so the
 * others are looked up last, right before the execution is parked again. Without a callback, only tasks that earlier ones
 * named are looked up again.
 */
export async function wakeRun(
	session: Session,
	run: Run,
	callbacks: readonly Callback[],
	failFast: FailFast,
): Promise<Run> {
	if (callbacks.length === 0) return await recheckNamed(session, run);
	const calledAt = Math.min(...callbacks.map(({ receivedAt }) => receivedAt));
	const isPrompt = session.clock.date() - calledAt <= PROMPT_MS;
	const calledIds = new Set(callbacks.map(({ taskId }) => taskId));
	const isCalled = ({ taskId }: Job) => calledIds.has(taskId);
	const advanceJob = jobAdvancer(session, run, { isCalled, resumeWindowMs: 0 });
	const [uncertain, woken] = await Promise.all([
		findUncertain(session, run),
		runJobs(run, failFast, advanceJob),
	]);
	const { found, items } = uncertain;
	const named = { ...woken, plan: { ...woken.plan, items } };
	return makeOthersDue(addFound(named, found), isCalled, {
		now: session.clock.date(),
		max: isPrompt ? MAX_OTHERS : Infinity,
	});
}

interface OthersDue {
	readonly now: number;
	readonly max: number;
}

/** Makes the parked waits due now that would be due first. Those that were called for have just been looked up. */
function makeOthersDue(run: Run, isCalled: (job: Job) => boolean, { now, max }: OthersDue): Run {
	const { plan, states } = run;
	const isOther = (index: number) => plan.jobs[index] !== undefined && !isCalled(plan.jobs[index]);
	const dueTimes = states.flatMap((state, index) =>
		state.kind === 'parked' && isOther(index) ? [state.wait.dueAt] : [],
	);
	// One that is due soon would keep the execution awake until then
	const dueBy = Math.max(
		dueTimes.sort((a, b) => a - b)[max - 1] ?? Infinity,
		now + RESUME_WINDOW_MS,
	);
	const makeDue = (state: JobState, index: number): JobState =>
		state.kind === 'parked' && isOther(index) && state.wait.dueAt <= dueBy
			? { ...state, wait: { ...state.wait, dueAt: Math.min(state.wait.dueAt, now) } }
			: state;
	return { ...run, states: states.map(makeDue) };
}
