import { ParkBarrier } from '../veo/polling/parkBarrier';
import type { Schedule } from '../veo/polling/schedule';
import { initialWaitState } from '../veo/polling/waitFor';
import { downloadAll, downloadVideos } from './download';
import { runJobs } from './jobs';
import {
	getCompleteStatus,
	getStatus,
	lookUpCalled,
	upgradeChecker,
	waitUntilComplete,
} from './lookup';
import type { Job } from './plan';
import { done } from './run';
import type { FailFast, JobState, ParkedJob, Run } from './run';
import type { Session } from './session';

/** A parked wait that is due this soon after n8n has resumed the execution is not parked again before. */
export const RESUME_WINDOW_MS = 30_000;

/**
 * Starts or resumes a run: looks up, waits until all jobs are done or can be parked, and downloads. As a parked run has no
 * binary data, the downloads of a run that may be parked start when all tasks are complete.
 */
export async function advance(session: Session, run: Run, failFast: FailFast): Promise<Run> {
	const canPark = session.parkAfterMs < Infinity;
	const advanceJob = jobAdvancer(session, run);
	const advanced = await runJobs(run, failFast, async (job, state) => {
		const next = await advanceJob(job, state);
		return canPark ? next : await downloadVideos(session, job, next);
	});
	const maxStartDelayMs = Math.max(run.maxStartDelayMs, session.maxStartDelayMs());
	const result = { ...advanced, maxStartDelayMs };
	return canPark ? await downloadAll(session, result, failFast) : result;
}

export interface AdvanceOptions {
	/** True if a callback names the task, so that it is looked up now. */
	readonly isCalled?: (job: Job) => boolean;
	readonly resumeWindowMs?: number;
}

/** Returns a function that advances each job of a run until it is done, or the whole run can be parked. */
export function jobAdvancer(
	session: Session,
	run: Run,
	{ isCalled = () => false, resumeWindowMs = RESUME_WINDOW_MS }: AdvanceOptions = {},
): (job: Job, state: JobState) => Promise<JobState> {
	const { clock, parkAfterMs } = session;
	const startedAt = clock.now();
	/** As a date, also after the clock of the computer has been set. */
	const startDate = () => startedAt + clock.date() - clock.now();
	const checkUpgrade = upgradeChecker(session);
	const barrier = new ParkBarrier(countPending(run), clock, session.signal);

	const resumeWait = async (job: Job, schedule: Schedule, state: ParkedJob): Promise<JobState> => {
		const { wait } = state;
		const dueIn = wait.dueAt - clock.date();
		if (dueIn > resumeWindowMs && (await barrier.arrive(clock.now() + dueIn))) return state;
		// One lookup when it is due, then it is parked again
		const parkFrom = wait.dueAt;
		return await waitUntilComplete(session, { target: job, schedule, wait, parkFrom, barrier });
	};

	return async (job, state) => {
		if (state.kind === 'done') return state;
		const { schedule } = job;
		const refused = state.kind === 'new' ? await checkUpgrade(job) : null;
		if (refused !== null) {
			barrier.leave();
			return done(refused);
		}
		if (schedule === null) {
			const look = job.videoSource === null ? getStatus : getCompleteStatus;
			const result = await look(session, job);
			barrier.leave();
			return done(result);
		}
		if (state.kind === 'new') {
			const startedOn = startDate();
			const wait = initialWaitState(schedule, startedOn);
			// The ID of a task that the node has created is saved as soon as possible
			const parkFrom =
				parkAfterMs < Infinity && job.isCreated === true ? -Infinity : startedOn + parkAfterMs;
			return await waitUntilComplete(session, { target: job, schedule, wait, parkFrom, barrier });
		}
		if (!isCalled(job)) return await resumeWait(job, schedule, state);
		const next = await lookUpCalled(session, { target: job, schedule, wait: state.wait });
		if (next.kind === 'parked') return await resumeWait(job, schedule, next);
		barrier.leave();
		return next;
	};
}

/** Jobs without a wait count too: until their lookups end, the run can't be parked. */
function countPending({ states }: Run): number {
	return states.filter(({ kind }) => kind !== 'done').length;
}
