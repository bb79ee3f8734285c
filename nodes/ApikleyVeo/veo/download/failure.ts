import type { RetriesExhausted } from '../api/envelope';

/** Why a video could not be downloaded completely. */
export type VideoFailure =
	/** The link can't be followed. */
	| { readonly kind: 'invalidUrl'; readonly reason: string }
	/** The host had redirected this often when it redirected again. */
	| { readonly kind: 'redirectLoop'; readonly redirects: number }
	/** 401, 403, 404 or 410: the link has expired or is not public. */
	| { readonly kind: 'linkExpired'; readonly code: number }
	/** Another status that a retry would not change. */
	| { readonly kind: 'rejected'; readonly code: number }
	/** Both in bytes. `length` is null if the host doesn't send it. */
	| { readonly kind: 'tooLarge'; readonly length: number | null; readonly limit: number }
	/** `received`: what the host sent instead, e.g. "a web page or an error message". */
	| { readonly kind: 'notAVideo'; readonly received: string }
	| RetriesExhausted
	| { readonly kind: 'aborted' };
