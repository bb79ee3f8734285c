import type { DownloadResult } from '../n8n/downloader';
import { runJobs } from './jobs';
import type { Job } from './plan';
import { done, isDone } from './run';
import type { FailFast, JobState, Run } from './run';
import type { Session } from './session';

/** Downloads the videos of all jobs, once all are done. */
export async function downloadAll(session: Session, run: Run, failFast: FailFast): Promise<Run> {
	if (!run.states.every(isDone)) return run;
	return await runJobs(
		run,
		failFast,
		async (job, state) => await downloadVideos(session, job, state),
	);
}

/** Downloads the videos of a task that succeeded, if they are wanted. Any other state stays as it is. */
export async function downloadVideos(
	{ downloader }: Pick<Session, 'downloader'>,
	{ taskId, videoSource }: Job,
	state: JobState,
): Promise<JobState> {
	if (videoSource === null || state.kind !== 'done' || state.result.kind !== 'found') return state;
	const task = state.result.value;
	if (task.status !== 'succeeded') return state;
	const downloads = task[videoSource].map(
		async (url, index) => await downloader.download({ taskId, url, index }),
	);
	const videos: DownloadResult[] = [];
	for (const video of await Promise.all(downloads)) {
		if (video.kind === 'aborted') return done(video);
		videos.push(video);
	}
	return { ...state, videos };
}
