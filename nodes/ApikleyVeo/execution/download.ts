import type { IExecuteFunctions } from 'n8n-workflow';

import type { DownloadFailure, VideoDownload } from '../output/binary';
import type { Downloader } from './downloader';
import type { Session } from './session';
import type { Run } from './savedRun';
import type { OnError } from '../parameters/onError';
import { validateUrl } from '../veo/download/videoRequest';
import type { VideoFailure } from '../veo/download/failure';
import { extensionFor, fileNameFor } from '../veo/download/fileName';
import { mimeTypeFor } from '../veo/download/mimeType';
import { runJobs, isDone } from './jobs';
import type { JobState } from './jobs';
import type { Job } from './plan';

/** The videos of a run that was parked, once all its waits have ended: what is parked holds no binary data. */
export async function downloadAll(
	context: IExecuteFunctions,
	session: Session,
	run: Run,
	onFailure: OnError,
): Promise<Run> {
	if (!run.states.every(isDone)) return run;
	const download = async (inquiry: Job, number: number): Promise<JobState> =>
		await downloadVideos(session, inquiry, run.states[number] ?? { kind: 'aborted' });
	return { ...run, states: await runJobs(context, run.plan, onFailure, download) };
}

/** Adds the videos to a task that has succeeded, if they are wanted. All else stays as it is. */
export async function downloadVideos(
	session: Session,
	{ taskId, videoSource: source }: Job,
	standing: JobState,
): Promise<JobState> {
	if (source === null || standing.kind !== 'known' || standing.task?.status !== 'succeeded') {
		return standing;
	}
	const downloads = standing.task[source].map(
		async (url, index) => await downloadWhenAdmitted(session, { taskId, url, index }),
	);
	const videos: VideoDownload[] = [];
	for (const video of await Promise.all(downloads)) {
		if (video.kind === 'aborted') return video;
		videos.push(video);
	}
	return { ...standing, videos };
}

interface Video {
	readonly taskId: string;
	readonly url: string;
	/** Among the videos of its task. */
	readonly index: number;
}

type Aborted = Extract<VideoFailure, { kind: 'aborted' }>;

async function downloadWhenAdmitted(
	{ clock, downloader: downloads }: Session,
	video: Video,
): Promise<VideoDownload | Aborted> {
	// Asks nobody, so it waits for nobody
	const failure = validateUrl(video.url);
	if (failure !== null) return { kind: 'failed', url: video.url, failure };
	const { limiter: gate } = downloads;
	const times = { dueAt: clock.now(), deadline: Infinity, expiresAt: Infinity };
	if ((await gate.acquire(times)) !== 'granted') return { kind: 'aborted' };
	try {
		const result = await download(downloads, video);
		if (result.kind === 'stored' || result.kind === 'aborted') return result;
		return { kind: 'failed', url: video.url, failure: result };
	} finally {
		gate.release();
	}
}

async function download(
	downloads: Downloader,
	{ taskId, url, index }: Video,
): Promise<Extract<VideoDownload, { kind: 'stored' }> | DownloadFailure | Aborted> {
	const transfer = downloads.download(url);
	try {
		const beginning = await transfer.open();
		if (beginning.kind !== 'opened') return beginning;
		const mimeType = mimeTypeFor(beginning.file.contentType, extensionFor(url));
		const fileName = fileNameFor(url, taskId, index, mimeType);
		const storing = await downloads.store(transfer.bytes(), { fileName, mimeType });
		if (transfer.failure !== null) return transfer.failure;
		return storing.kind === 'stored' ? storing : { kind: 'notStored', reason: storing.reason };
	} finally {
		transfer.close();
	}
}
