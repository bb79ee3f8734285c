import type { DownloadFailure, DownloadResult } from '../n8n/downloader';
import type { TaskStatus, VideoSource } from '../veo/task/task';
import { formatAttempts } from './problem';
import type { Problem } from './problem';

/** There is nothing to download yet. */
export function taskNotFinished(taskId: string, status: TaskStatus): Problem {
	return {
		taskId,
		code: 'TASK_NOT_FINISHED',
		message: `Task ${taskId} isn't complete (status: ${status}), so there is no video to download.`,
		description: 'Use Wait Until Complete with Download Videos, or download it later.',
		retryable: true,
	};
}

/** The task succeeded, but without the videos that were requested. */
export function noVideos(taskId: string, source: VideoSource): Problem {
	const { message, description } = NO_VIDEOS[source];
	return {
		taskId,
		code: 'NO_VIDEOS',
		message: `Task ${taskId} ${message}`,
		description,
		retryable: false,
	};
}

const NO_VIDEOS: Readonly<Record<VideoSource, Pick<Problem, 'message' | 'description'>>> = {
	resultUrls: {
		message: 'succeeded, but Apikley lists no result videos for it.',
		description: 'Use Get Status with Output Format set to Raw to see the whole record.',
	},
	originUrls: {
		message: "has no original videos: they only exist if the aspect ratio isn't 16:9.",
		description: 'Set Videos to Download to Result Videos.',
	},
};

/** Returns null if all videos were downloaded. */
export function downloadFailed(taskId: string, results: readonly DownloadResult[]): Problem | null {
	const failed = results.flatMap((result, index) =>
		result.kind === 'failed' ? [{ ...result, number: index + 1 }] : [],
	);
	const [first, ...others] = failed.map(({ number, url, failure }) => {
		const video = results.length === 1 ? 'the video' : `video ${number} of ${results.length}`;
		const { code, reason, advice, retryable } = explain(failure);
		const message = `Couldn't download ${video} of task ${taskId} from ${redactUrl(url)}: ${reason}.`;
		return { number, code, message, advice, retryable };
	});
	if (first === undefined) return null;
	const alsoFailed = others.map(({ number }) => number).join(', ');
	const details = others.map(({ message, advice }) => `\n${message} ${advice}`).join('');
	return {
		taskId,
		code: first.code,
		message: others.length === 0 ? first.message : `${first.message} Also failed: ${alsoFailed}.`,
		description: `${first.advice}${details}`,
		// Trying again helps if it brings one more video
		retryable: first.retryable || others.some(({ retryable }) => retryable),
	};
}

interface Explanation {
	readonly code: number | string;
	readonly reason: string;
	readonly advice: string;
	readonly retryable: boolean;
}

const EXPIRY_ADVICE =
	'Links to videos work for 14 days. If the task is older, create it again to get a new video.';
const RETRY_ADVICE = 'The task itself is not affected. Download it again later.';

function explain(failure: DownloadFailure): Explanation {
	switch (failure.kind) {
		case 'linkExpired': {
			const { code } = failure;
			const reason = `the host responded with HTTP ${code}`;
			return { code, reason, advice: EXPIRY_ADVICE, retryable: false };
		}
		case 'rejected': {
			const { code } = failure;
			const reason = `the host responded with HTTP ${code}`;
			return { code, reason, advice: 'Open the link in a browser to see why.', retryable: false };
		}
		case 'invalidUrl':
			return {
				code: 'INVALID_VIDEO_URL',
				reason: failure.reason,
				advice: 'Only links that begin with https:// or http:// can be downloaded.',
				retryable: false,
			};
		case 'tooLarge':
			return {
				code: 'VIDEO_TOO_LARGE',
				reason: `${describeSize(failure.length)} the Max Download Size of ${formatMiB(failure.limit)}`,
				advice: 'Raise that option if you want videos of this size.',
				retryable: false,
			};
		case 'notAVideo':
			return {
				code: 'NOT_A_VIDEO',
				reason: `the host returned ${failure.received} instead of a video`,
				advice: `Open the link in a browser to see it. ${EXPIRY_ADVICE}`,
				retryable: false,
			};
		case 'fileChanged':
			return {
				code: 'VIDEO_CHANGED',
				reason: 'the connection broke, and the host did not continue with the same file',
				advice: RETRY_ADVICE,
				retryable: true,
			};
		case 'retriesExhausted': {
			const { code, reason, attempts } = failure;
			return {
				code: code ?? 'VIDEO_UNREACHABLE',
				reason: `${reason}. Tried ${formatAttempts(attempts)}`,
				advice: `${RETRY_ADVICE} You can raise Max Retries and Request Timeout.`,
				retryable: true,
			};
		}
		case 'notStored':
			return {
				code: 'VIDEO_NOT_STORED',
				reason: `n8n could not store it: ${failure.reason}`,
				advice: `Check where this n8n stores binary data. ${RETRY_ADVICE}`,
				retryable: true,
			};
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
