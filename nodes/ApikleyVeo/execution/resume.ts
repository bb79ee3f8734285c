import type { IExecuteFunctions } from 'n8n-workflow';

import { openSession } from './session';
import { runJobs, isDone } from './jobs';
import type { JobState } from './jobs';
import { downloadAll } from './download';
import { failPending } from './failPending';
import type { Job } from './plan';
import { waitUntilComplete } from './waitUntilComplete';
import { InvalidParameterError } from '../parameters/number';
import type { OnError } from '../parameters/onError';
import { ParkBarrier } from '../veo/polling/parkBarrier';
import type { Run } from './savedRun';

/** Waits that are due so soon after the first are awaited with it, each until its own time. */
const RESUME_WINDOW_MS = 30_000;

/** Goes on with the waits that are due; the others stay parked until they are. Downloads once all have ended. */
export async function resume(
	context: IExecuteFunctions,
	run: Run,
	onFailure: OnError,
): Promise<Run> {
	const session = await openSession(context);
	if (session instanceof InvalidParameterError)
		return failPending(context, run, session.message, onFailure);
	const { clock, signal } = session;
	const now = clock.date();
	const waits = run.states.filter((standing) => !isDone(standing)).length;
	const lot = new ParkBarrier(waits, clock, signal);
	const answer = async ({ taskId, schedule }: Job, number: number): Promise<JobState> => {
		const standing = run.states[number] ?? { kind: 'aborted' };
		if (standing.kind !== 'parked' || schedule === null) return standing;
		const { progress } = standing;
		const dueIn = progress.dueAt - now;
		if (dueIn > RESUME_WINDOW_MS && (await lot.arrive(clock.now() + dueIn))) return standing;
		// Looked up once at its time, then parked again
		const parkFrom = progress.dueAt;
		return await waitUntilComplete(session, {
			taskId,
			schedule,
			wait: progress,
			parkFrom,
			barrier: lot,
		});
	};
	try {
		const standings = await runJobs(context, run.plan, onFailure, answer);
		const longestDelayMs = Math.max(run.maxStartDelayMs, session.maxStartDelayMs());
		const wentOn = { ...run, standings, longestDelayMs };
		return await downloadAll(context, session, wentOn, onFailure);
	} finally {
		session.close();
	}
}
