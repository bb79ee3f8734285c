import type { DownloadFailure, DownloadResult } from '../n8n/downloader';
import type { TaskStatus, VeoTask, VideoSource } from '../veo/task/task';
import { because, describeFurther, formatAttempts, retryable } from './problem';
import type { Explanation, Problem } from './problem';

/** There is nothing to download yet. */
export function taskNotFinished(taskId: string, status: TaskStatus): Problem {
	const message = `Task ${taskId} isn't complete (status: ${status}), so there is no video to download.`;
	const advice = 'Use Wait Until Complete with Download Videos, or download it later.';
	return { taskId, ...retryable('TASK_NOT_FINISHED', message, advice) };
}

/** The task succeeded, but without the videos that were requested. `lastError`: why the last check failed, if it did. */
export function noVideos(
	taskId: string,
	source: VideoSource,
	task: VideoLists,
	origin: VideoOrigin = 'otherTask',
	lastError: string | null = null,
): Problem {
	const [message, advice] = explainMissing(source, task);
	const failed = lastError === null ? '' : ` The last check failed${because(lastError)}.`;
	const problem = {
		taskId,
		...retryable('NO_VIDEOS', `Task ${taskId} ${message}${failed}`, advice),
	};
	if (origin !== 'newTask') return problem;
	return describeFurther(problem, hasOnlyFullVideo(task) ? PAID_AGAIN : DOWNLOAD_AGAIN);
}

type VideoLists = Pick<VeoTask, VideoSource | 'fullResultUrls'>;

/** Download doesn't get the full video of an extended task. */
function hasOnlyFullVideo({ resultUrls, originUrls, fullResultUrls }: VideoLists): boolean {
	return fullResultUrls.length > 0 && resultUrls.length + originUrls.length === 0;
}

function explainMissing(
	source: VideoSource,
	task: VideoLists,
): readonly [message: string, advice: string] {
	const { resultUrls, originUrls } = task;
	if (source === 'originUrls' && resultUrls.length > 0) {
		return [
			"has no original videos: they only exist if the aspect ratio isn't 16:9.",
			'Set Videos to Download to Result Videos.',
		];
	}
	if (source === 'resultUrls' && originUrls.length > 0) {
		return [
			'succeeded, but Apikley lists no result videos for it.',
			'It has others: set Videos to Download to Original Videos.',
		];
	}
	if (hasOnlyFullVideo(task)) {
		return [
			'succeeded, but Apikley only lists the full video of an extended task for it.',
			'Its link is in fullResultUrls. Download it with an HTTP Request node.',
		];
	}
	return [
		'succeeded, but Apikley lists no videos for it.',
		'They may still come, so try again later.',
	];
}

/** Which video could not be downloaded: of a task that the node has created itself, of another one, or a 1080p version. */
export type VideoOrigin = 'newTask' | 'otherTask' | 'upgrade';

/** Returns null if all videos were downloaded. */
export function downloadFailed(
	taskId: string,
	results: readonly DownloadResult[],
	origin: VideoOrigin = 'otherTask',
): Problem | null {
	const failed = results.flatMap((result, index) =>
		result.kind === 'failed' ? [{ ...result, number: index + 1 }] : [],
	);
	const [first, ...others] = failed.map(({ number, url, failure }) => {
		const only = origin === 'upgrade' ? 'the 1080p version' : 'the video';
		const video = results.length === 1 ? only : `video ${number} of ${results.length}`;
		const problem = explain(failure, LINK_ADVICE[origin]);
		const message = `Couldn't download ${video} of task ${taskId} from ${redactUrl(url)}: ${problem.message}.`;
		return { ...problem, number, message };
	});
	if (first === undefined) return null;
	const alsoFailed = others.map(({ number }) => number).join(', ');
	const details = others.map(({ message, description }) => `\n${message} ${description}`).join('');
	const problem = {
		taskId,
		code: first.code,
		message: others.length === 0 ? first.message : `${first.message} Also failed: ${alsoFailed}.`,
		description: `${first.description}${details}`,
		retryable: true,
	};
	return origin === 'newTask' ? describeFurther(problem, DOWNLOAD_AGAIN) : problem;
}

// For a task that the node has created itself
const PAID_AGAIN = 'Running the workflow again would create and pay for another video.';
const DOWNLOAD_AGAIN = `${PAID_AGAIN} To repeat only the download, use Download with this task ID.`;

const LINK_ADVICE: Readonly<Record<VideoOrigin, string>> = {
	newTask: 'The task is new, so its video should be there.',
	otherTask:
		'Links to videos work for 14 days. If the task is older, create it again to get a new video.',
	upgrade:
		'Run Get 1080p again for a fresh link. If the task is more than 14 days old, Apikley no longer has its videos.',
};
const BROWSER_ADVICE = 'Open the link in a browser to see why.';
const PROXY_ADVICE = "Put the proxy's user name and password into the proxy settings of this n8n.";
const RETRY_ADVICE = 'The task itself is not affected. Download it again later.';

/** The message is only the reason: the sentence that it completes names the video. */
function explain(failure: DownloadFailure, linkAdvice: string): Explanation {
	switch (failure.kind) {
		case 'linkExpired':
			return retryable(failure.code, `the host responded with HTTP ${failure.code}`, linkAdvice);
		case 'rejected':
			return failure.code === 407
				? retryable(407, 'a proxy between n8n and the host requires a login (407)', PROXY_ADVICE)
				: retryable(failure.code, `the host responded with HTTP ${failure.code}`, BROWSER_ADVICE);
		case 'invalidUrl':
			return retryable(
				'INVALID_VIDEO_URL',
				failure.reason,
				'Only links that begin with https:// or http:// can be downloaded.',
			);
		case 'redirectLoop':
			return retryable(
				'INVALID_VIDEO_URL',
				`the host redirects more than ${failure.redirects} times`,
				BROWSER_ADVICE,
			);
		case 'tooLarge':
			return retryable(
				'VIDEO_TOO_LARGE',
				`${describeSize(failure.length)} the Max Download Size of ${formatMiB(failure.limit)}`,
				'Raise that option if you want videos of this size.',
			);
		case 'notAVideo':
			return retryable(
				'NOT_A_VIDEO',
				`the host returned ${failure.received} instead of a video`,
				`Open the link in a browser to see it. ${linkAdvice}`,
			);
		case 'retriesExhausted':
			return retryable(
				failure.code ?? 'VIDEO_UNREACHABLE',
				`${failure.reason}. Tried ${formatAttempts(failure.attempts)}`,
				failure.isPermanent === true
					? 'The task itself is not affected, but no retry helps. Open the link in a browser to see why.'
					: `${RETRY_ADVICE} You can raise Max Retries and Request Timeout.`,
			);
		case 'notStored':
			return retryable(
				'VIDEO_NOT_STORED',
				`n8n could not store it: ${failure.reason}`,
				`Check where this n8n stores binary data. ${RETRY_ADVICE}`,
			);
		default:
			return failure satisfies never;
	}
}

function describeSize(length: number | null): string {
	return length === null ? 'it is over' : `it is ${formatMiB(length)}, over`;
}

function formatMiB(bytes: number): string {
	return `${Math.round((bytes / 2 ** 20) * 100) / 100} MiB`;
}

const MAX_SHOWN_URL_LENGTH = 200;

/** Without the query, which is often a signature, and without a user name and password. */
function redactUrl(url: string): string {
	const shown = URL.canParse(url) ? originAndPath(new URL(url)) : url.replace(/[?#].*$/s, '');
	return shown.length > MAX_SHOWN_URL_LENGTH ? `${shown.slice(0, MAX_SHOWN_URL_LENGTH)}…` : shown;
}

function originAndPath({ protocol, host, pathname }: URL): string {
	return `${protocol}//${host}${pathname}`;
}
