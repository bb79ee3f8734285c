import type { RetriesExhausted } from '../api/envelope';

/** Why a video did not come, or not as a whole. */
export type VideoFailure =
	/** The link is none that can be followed. */
	| { readonly kind: 'invalidUrl'; readonly reason: string }
	/** 401, 403, 404, 410: it is there no more, or for others. */
	| { readonly kind: 'linkExpired'; readonly code: number }
	/** Another status that would come again. */
	| { readonly kind: 'rejected'; readonly code: number }
	/** Bytes; those of the video are null where the host didn't say. */
	| { readonly kind: 'tooLarge'; readonly length: number | null; readonly limit: number }
	/** `got`: what came in its place, e.g. "a web page". */
	| { readonly kind: 'notAVideo'; readonly received: string }
	/** Another file under the same URL, when the rest of the first was asked for. */
	| { readonly kind: 'fileChanged' }
	| RetriesExhausted
	| { readonly kind: 'aborted' };
