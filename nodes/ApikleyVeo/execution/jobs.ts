import { lacksVideos, toOutcome } from '../output/outcome';
import type { Outcome } from '../output/outcome';
import { itemsByJob } from './plan';
import type { Job, PlannedItem } from './plan';
import { done } from './run';
import type { FailFast, JobState, Run } from './run';

const ABORTED: Outcome = { kind: 'aborted' };

/** Runs `work` on all jobs in parallel. With On Error: stop, the first item that fails ends the run. */
export async function runJobs(
	run: Run,
	failFast: FailFast,
	work: (job: Job, state: JobState) => Promise<JobState>,
): Promise<Run> {
	const { plan, states } = run;
	const items = itemsByJob(plan);
	let fine = 0;
	const runJob = async (job: Job, index: number): Promise<JobState> => {
		const state = await work(job, states[index] ?? { kind: 'new' }).catch(unexpected);
		for (const itemIndex of items[index] ?? []) {
			const item = plan.items[itemIndex];
			const outcome = item === undefined ? ABORTED : outcomeOf(item, state);
			if (outcome.kind === 'problem') failFast(outcome.problem, itemIndex, fine);
			if (outcome.kind === 'task') fine += 1;
		}
		return state;
	};
	return { ...run, states: await Promise.all(plan.jobs.map(runJob)) };
}

/** A bug in one job doesn't lose the results of the others. */
function unexpected(error: unknown): JobState {
	const message = error instanceof Error ? error.message : String(error);
	const failure = { kind: 'unexpected', message } as const;
	return done({ kind: 'failed', error: failure, isKnown: false, stats: null });
}

/** Returns what happens to each item, in the order of the input, when all jobs are done. */
export function toOutcomes({ plan, states }: Run): Outcome[] {
	return plan.items.map((item) =>
		outcomeOf(item, item.kind === 'job' ? states[item.job] : undefined),
	);
}

/** How many items have all that was wanted. */
export function countFine(run: Run): number {
	return toOutcomes(run).filter((outcome) => outcome.kind === 'task' && !lacksVideos(outcome))
		.length;
}

function outcomeOf(item: PlannedItem, state: JobState | undefined): Outcome {
	if (item.kind === 'problem') return { task: null, ...item };
	if (item.kind === 'uncertain') return ABORTED;
	if (item.kind === 'created') {
		const { request, data } = item;
		return { kind: 'task', request, report: { kind: 'created', data, stats: null } };
	}
	if (state?.kind !== 'done') return ABORTED;
	return toOutcome(item.request, state.result, state.videos);
}
