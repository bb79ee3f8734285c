import type { VideoSource } from '../parameters/downloadRequest';
import type { TaskStatus } from '../veo/task/task';
import { formatAttempts } from './lookupProblems';
import type { Problem } from './lookupProblems';
import type { DownloadFailure, VideoDownload } from '../output/binary';

/** There is nothing to download yet. */
export function taskNotFinished(taskId: string, status: TaskStatus): Problem {
	return {
		taskId,
		code: 'TASK_NOT_FINISHED',
		message: `Task ${taskId} has not ended yet (its status is "${status}"), so there is no video to download. Use Wait Until Complete with Download Videos, or download it later.`,
		description: null,
		retryable: true,
	};
}

const NO_VIDEOS: Readonly<Record<VideoSource, string>> = {
	resultUrls:
		'has succeeded, but Apikley names no result videos for it. Set Output to Raw and Operation to Get Status to see what it tells.',
	originUrls:
		'has no original videos: there are some only where the aspect ratio is not 16:9. Set Videos to Download to Result Videos.',
};

/** The task has succeeded, but not with the videos that are wanted. */
export function noVideos(taskId: string, source: VideoSource): Problem {
	const message = `Task ${taskId} ${NO_VIDEOS[source]}`;
	return { taskId, code: 'NO_VIDEOS', message, description: null, retryable: false };
}

/** Null where all videos came. */
export function downloadFailed(taskId: string, videos: readonly VideoDownload[]): Problem | null {
	const failed = videos.flatMap((video, index) =>
		video.kind === 'failed' ? [{ ...video, number: index + 1 }] : [],
	);
	const [first, ...others] = failed.map(({ number, url, failure }) => {
		const which = videos.length === 1 ? 'The video' : `Video ${number} of ${videos.length}`;
		const { code, what, advice, retryable: passes } = explain(failure);
		const sentence = `${which} of task ${taskId} could not be downloaded from ${redactUrl(url)}: ${what}.`;
		return { number, code, message: `${sentence} ${advice}`, passes };
	});
	if (first === undefined) return null;
	const failedAsWell = others.map(({ number }) => number).join(', ');
	return {
		taskId,
		code: first.code,
		message:
			others.length === 0
				? first.message
				: `${first.message} Failed as well: video ${failedAsWell}.`,
		description: others.length === 0 ? null : others.map(({ message }) => message).join('\n'),
		// Trying again helps where it brings one video more
		retryable: first.passes || others.some(({ passes }) => passes),
	};
}

interface Explanation {
	readonly code: number | string;
	readonly what: string;
	readonly advice: string;
	readonly retryable: boolean;
}

const EXPIRY_ADVICE =
	'Links to videos live for 14 days. If the task is older, it has to be created again.';
const RETRY_ADVICE = 'The task itself is not affected; download it again later.';

function explain(failure: DownloadFailure): Explanation {
	switch (failure.kind) {
		case 'linkExpired': {
			const { code } = failure;
			const what = `the host answered HTTP ${code}`;
			return { code, what, advice: EXPIRY_ADVICE, retryable: false };
		}
		case 'rejected': {
			const { code } = failure;
			const what = `the host answered HTTP ${code}`;
			return { code, what, advice: 'Open the link in a browser to see why.', retryable: false };
		}
		case 'invalidUrl':
			return {
				code: 'INVALID_VIDEO_URL',
				what: failure.reason,
				advice: 'Only links that begin with https:// or http:// can be downloaded.',
				retryable: false,
			};
		case 'tooLarge':
			return {
				code: 'VIDEO_TOO_LARGE',
				what: `${describeSize(failure.length)} than the ${formatMiB(failure.limit)} of Max Download Size`,
				advice: 'Raise that option if you want videos of this size.',
				retryable: false,
			};
		case 'notAVideo':
			return {
				code: 'NOT_A_VIDEO',
				what: `the host gave ${failure.received} in place of a video`,
				advice: `Open the link in a browser to see it. ${EXPIRY_ADVICE}`,
				retryable: false,
			};
		case 'fileChanged':
			return {
				code: 'VIDEO_CHANGED',
				what: 'the connection broke, and the host did not go on with the same file',
				advice: RETRY_ADVICE,
				retryable: true,
			};
		case 'retriesExhausted': {
			const { code, reason, attempts } = failure;
			return {
				code: code ?? 'VIDEO_UNREACHABLE',
				what: `${reason}. Tried ${formatAttempts(attempts)}`,
				advice: `${RETRY_ADVICE} Max Retries and Request Timeout can be raised.`,
				retryable: true,
			};
		}
		case 'notStored':
			return {
				code: 'VIDEO_NOT_STORED',
				what: `n8n could not store it: ${failure.reason}`,
				advice: `Check where this n8n keeps binary data. ${RETRY_ADVICE}`,
				retryable: true,
			};
		default:
			return failure satisfies never;
	}
}

function describeSize(length: number | null): string {
	return length === null ? 'it is larger' : `it has ${formatMiB(length)}, which is more`;
}

function formatMiB(bytes: number): string {
	return `${Math.round((bytes / 2 ** 20) * 100) / 100} MiB`;
}

const MAX_SHOWN_URL_LENGTH = 200;

/** Queries are often signatures, and a user name comes with a password. */
function redactUrl(url: string): string {
	const shown = URL.canParse(url) ? originAndPath(new URL(url)) : url.replace(/[?#].*$/s, '');
	return shown.length > MAX_SHOWN_URL_LENGTH ? `${shown.slice(0, MAX_SHOWN_URL_LENGTH)}…` : shown;
}

function originAndPath({ protocol, host, pathname }: URL): string {
	return `${protocol}//${host}${pathname}`;
}
