import type { DownloadResult } from '../n8n/downloader';
import type { TaskResult } from '../output/outcome';
import type { VeoTask } from '../veo/task/task';
import { runJobs } from './jobs';
import { getStatus } from './lookup';
import type { Target } from './lookup';
import type { Job } from './plan';
import { done, isComplete } from './run';
import type { FailFast, JobState, Run } from './run';
import type { Session } from './session';

/** Downloads the videos of all jobs, once all are done. */
export async function downloadAll(session: Session, run: Run, failFast: FailFast): Promise<Run> {
	if (!isComplete(run)) return run;
	return await runJobs(
		run,
		failFast,
		async (job, state) => await downloadVideos(session, job, state),
	);
}

/** Downloads the videos of a task that succeeded, if they are wanted. Any other state stays as it is. */
export async function downloadVideos(
	session: Pick<Session, 'downloader' | 'client' | 'clock'>,
	job: Job,
	state: JobState,
): Promise<JobState> {
	const { downloader } = session;
	const { taskId, videoSource, videoIndex } = job;
	if (videoSource === null || downloader === null) return state;
	if (state.kind !== 'done' || state.result.kind !== 'found') return state;
	const task = state.result.value;
	if (task.status !== 'succeeded') return state;
	const freshTask = lookUpOnce(session, job);
	const downloads = task[videoSource].map(async (url, position) => {
		// The only video of an upgrade keeps the number that it has in its task
		const index = videoIndex ?? position;
		const result = await downloader.download({ taskId, url, index });
		if (result.kind !== 'failed' || result.failure.kind !== 'linkExpired') return result;
		// The record may have a fresh link
		const fresh = (await freshTask())?.[videoSource][position];
		return fresh === undefined ? result : await downloader.download({ taskId, url: fresh, index });
	});
	const videos: DownloadResult[] = [];
	for (const video of await Promise.all(downloads)) {
		if (video.kind === 'aborted') return done(video);
		videos.push(video);
	}
	return { ...state, videos };
}

/** The API may have asked for a pause that is longer than a download is worth. */
const FRESH_LINK_TIMEOUT_MS = 60_000;

/** Returns a function that looks the task up at its first call, and resolves with its record, or null without one. */
function lookUpOnce(
	session: Pick<Session, 'client' | 'clock'>,
	target: Target,
): () => Promise<VeoTask | null> {
	let lookup: Promise<TaskResult> | null = null;
	return async () => {
		const result = await (lookup ??= getStatus(session, target, FRESH_LINK_TIMEOUT_MS));
		return result.kind === 'found' ? result.value : null;
	};
}
