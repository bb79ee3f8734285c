import type { IExecuteFunctions } from 'n8n-workflow';

import type { DownloadFailure, VideoDownload } from '../items/video';
import type { Downloads } from '../n8n/downloads';
import type { Session } from '../n8n/session';
import type { Run } from '../parking/parkedRun';
import type { OnFailure } from '../settings/onFailure';
import { badLinkIn } from '../veo/video/connection';
import type { VideoFailure } from '../veo/video/failure';
import { extensionIn, fileNameFor } from '../veo/video/fileName';
import { mimeTypeFor } from '../veo/video/mimeType';
import { answerAll, isAnswered } from './answer';
import type { Standing } from './answer';
import type { Inquiry } from './plan';

/** The videos of a run that was parked, once all its waits have ended: what is parked holds no binary data. */
export async function downloadAtEnd(
	context: IExecuteFunctions,
	session: Session,
	run: Run,
	onFailure: OnFailure,
): Promise<Run> {
	if (!run.standings.every(isAnswered)) return run;
	const download = async (inquiry: Inquiry, number: number): Promise<Standing> =>
		await downloadVideos(session, inquiry, run.standings[number] ?? { kind: 'aborted' });
	return { ...run, standings: await answerAll(context, run.plan, onFailure, download) };
}

/** Adds the videos to a task that has succeeded, if they are wanted. All else stays as it is. */
export async function downloadVideos(
	session: Session,
	{ taskId, source }: Inquiry,
	standing: Standing,
): Promise<Standing> {
	if (source === null || standing.kind !== 'known' || standing.task?.status !== 'succeeded') {
		return standing;
	}
	const downloads = standing.task[source].map(
		async (url, index) => await inTurn(session, { taskId, url, index }),
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

async function inTurn(
	{ clock, downloads }: Session,
	video: Video,
): Promise<VideoDownload | Aborted> {
	// Asks nobody, so it waits for nobody
	const failure = badLinkIn(video.url);
	if (failure !== null) return { kind: 'failed', url: video.url, failure };
	const { gate } = downloads;
	const times = { dueAt: clock.now(), deadline: Infinity, expiresAt: Infinity };
	if ((await gate.enter(times)) !== 'granted') return { kind: 'aborted' };
	try {
		const result = await download(downloads, video);
		if (result.kind === 'stored' || result.kind === 'aborted') return result;
		return { kind: 'failed', url: video.url, failure: result };
	} finally {
		gate.leave();
	}
}

async function download(
	downloads: Downloads,
	{ taskId, url, index }: Video,
): Promise<Extract<VideoDownload, { kind: 'stored' }> | DownloadFailure | Aborted> {
	const transfer = downloads.transferOf(url);
	try {
		const beginning = await transfer.begin();
		if (beginning.kind !== 'begun') return beginning;
		const mimeType = mimeTypeFor(beginning.file.contentType, extensionIn(url));
		const fileName = fileNameFor(url, taskId, index, mimeType);
		const storing = await downloads.store(transfer.bytes(), { fileName, mimeType });
		if (transfer.failure !== null) return transfer.failure;
		return storing.kind === 'stored' ? storing : { kind: 'notStored', reason: storing.reason };
	} finally {
		transfer.close();
	}
}
