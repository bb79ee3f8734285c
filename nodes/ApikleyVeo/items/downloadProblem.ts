import type { DownloadSource } from '../settings/download';
import type { TaskStatus } from '../veo/task/task';
import { times } from './problem';
import type { Problem } from './problem';
import type { DownloadFailure, VideoDownload } from './video';

/** There is nothing to download yet. */
export function taskNotFinished(taskId: string, status: TaskStatus): Problem {
	return {
		taskId,
		code: 'TASK_NOT_FINISHED',
		message: `Task ${taskId} has not ended yet (its status is "${status}"), so there is no video to download. Use Wait Until Complete with Download Videos, or download it later.`,
		description: null,
		passes: true,
	};
}

const NO_VIDEOS: Readonly<Record<DownloadSource, string>> = {
	resultUrls:
		'has succeeded, but Apikley names no result videos for it. Set Output to Raw and Operation to Get Status to see what it tells.',
	originUrls:
		'has no original videos: there are some only where the aspect ratio is not 16:9. Set Videos to Download to Result Videos.',
};

/** The task has succeeded, but not with the videos that are wanted. */
export function noVideos(taskId: string, source: DownloadSource): Problem {
	const message = `Task ${taskId} ${NO_VIDEOS[source]}`;
	return { taskId, code: 'NO_VIDEOS', message, description: null, passes: false };
}

/** Null where all videos came. */
export function downloadFailed(taskId: string, videos: readonly VideoDownload[]): Problem | null {
	const failed = videos.flatMap((video, index) =>
		video.kind === 'failed' ? [{ ...video, number: index + 1 }] : [],
	);
	const [first, ...others] = failed.map(({ number, url, failure }) => {
		const which = videos.length === 1 ? 'The video' : `Video ${number} of ${videos.length}`;
		const { code, what, advice, passes } = explain(failure);
		const sentence = `${which} of task ${taskId} could not be downloaded from ${withoutSecrets(url)}: ${what}.`;
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
		passes: first.passes || others.some(({ passes }) => passes),
	};
}

interface Explanation {
	readonly code: number | string;
	readonly what: string;
	readonly advice: string;
	readonly passes: boolean;
}

const KEPT_14_DAYS =
	'Links to videos live for 14 days. If the task is older, it has to be created again.';
const AGAIN = 'The task itself is not affected; download it again later.';

function explain(failure: DownloadFailure): Explanation {
	switch (failure.kind) {
		case 'gone': {
			const { code } = failure;
			const what = `the host answered HTTP ${code}`;
			return { code, what, advice: KEPT_14_DAYS, passes: false };
		}
		case 'refused': {
			const { code } = failure;
			const what = `the host answered HTTP ${code}`;
			return { code, what, advice: 'Open the link in a browser to see why.', passes: false };
		}
		case 'badLink':
			return {
				code: 'INVALID_VIDEO_URL',
				what: failure.reason,
				advice: 'Only links that begin with https:// or http:// can be downloaded.',
				passes: false,
			};
		case 'tooLarge':
			return {
				code: 'VIDEO_TOO_LARGE',
				what: `${sizeOf(failure.length)} than the ${mebibytes(failure.limit)} of Max Download Size`,
				advice: 'Raise that option if you want videos of this size.',
				passes: false,
			};
		case 'noVideo':
			return {
				code: 'NOT_A_VIDEO',
				what: `the host gave ${failure.got} in place of a video`,
				advice: `Open the link in a browser to see it. ${KEPT_14_DAYS}`,
				passes: false,
			};
		case 'changed':
			return {
				code: 'VIDEO_CHANGED',
				what: 'the connection broke, and the host did not go on with the same file',
				advice: AGAIN,
				passes: true,
			};
		case 'unreachable': {
			const { code, reason, attempts } = failure;
			return {
				code: code ?? 'VIDEO_UNREACHABLE',
				what: `${reason}. Tried ${times(attempts)}`,
				advice: `${AGAIN} Max Retries and Request Timeout can be raised.`,
				passes: true,
			};
		}
		case 'notStored':
			return {
				code: 'VIDEO_NOT_STORED',
				what: `n8n could not store it: ${failure.reason}`,
				advice: `Check where this n8n keeps binary data. ${AGAIN}`,
				passes: true,
			};
		default:
			return failure satisfies never;
	}
}

function sizeOf(length: number | null): string {
	return length === null ? 'it is larger' : `it has ${mebibytes(length)}, which is more`;
}

function mebibytes(bytes: number): string {
	return `${Math.round((bytes / 2 ** 20) * 100) / 100} MiB`;
}

const LONGEST_SHOWN_URL = 200;

/** Queries are often signatures, and a user name comes with a password. */
function withoutSecrets(url: string): string {
	const shown = URL.canParse(url) ? plain(new URL(url)) : url.replace(/[?#].*$/s, '');
	return shown.length > LONGEST_SHOWN_URL ? `${shown.slice(0, LONGEST_SHOWN_URL)}…` : shown;
}

function plain({ protocol, host, pathname }: URL): string {
	return `${protocol}//${host}${pathname}`;
}
