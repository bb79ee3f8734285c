import type { CreationError } from '../veo/api/endpoints/creation';
import type { RefusedOriginal } from '../veo/api/endpoints/extend';
import { NOTHING_PAID } from './creationProblems';
import { because, final } from './problem';
import type { Problem } from './problem';

/** What is known of the task that could not be extended. */
export type Original =
	| { readonly kind: RefusedOriginal | 'running' | 'succeeded' }
	| { readonly kind: 'failed'; readonly reason: string | null };

/** The API refused to extend a task, because of what that task is. */
export function extensionRefused(
	taskId: string,
	{ code, message }: Extract<CreationError, { kind: 'rejected' }>,
	original: Original,
): Problem {
	const refusal = `Apikley refused to extend task ${taskId} (${code})${because(message)}.`;
	return { taskId: null, ...final(code, refusal, `${NOTHING_PAID} ${advise(taskId, original)}`) };
}

function advise(taskId: string, original: Original): string {
	switch (original.kind) {
		case 'unknown':
			return `Apikley doesn't know task ${taskId}. The ID may be wrong, or the task is more than 14 days old. Check the Task ID, and that the key belongs to the account that created the task.`;
		case 'expired':
			return `Task ${taskId} is more than 14 days old, so Apikley no longer has its video. Extend a newer task, or generate the video again.`;
		case 'upgraded':
			return `Task ${taskId} has a 1080p version, and such a task can't be extended. Generate the video again, and extend it before you get its 1080p version.`;
		case 'notSucceeded':
			return `Task ${taskId} is still running, or it failed. Use Get Status to see which. If it is running, use Wait Until Complete first.`;
		case 'running':
			return `Task ${taskId} is still running. Use Wait Until Complete first, then extend it.`;
		case 'failed':
			return `Task ${taskId} failed${because(original.reason)}, so it has no video to extend. Extend a task that succeeded.`;
		case 'succeeded':
			return `The record of task ${taskId} says that it succeeded, so the reason is what the text names. If the text is about the task, try again in some minutes.`;
		default:
			return original satisfies never;
	}
}
