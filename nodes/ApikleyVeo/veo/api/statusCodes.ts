/** The status codes that the API, the hosts of the videos and the credential test treat alike. */

export const REDIRECT_STATUSES = [301, 302, 303, 307, 308];
/** A link to a video with one of these has expired or is not public. */
export const LINK_EXPIRED_STATUSES = [401, 403, 404, 410];
/** The credential test can list single codes only, so these are the usual ones of `transientReason`. */
export const BUSY_STATUSES = [408, 429, 455, 500, 502, 503, 504];

/** Why a request with this HTTP status or body code may succeed later; null if it won't. For the user to read. */
export function transientReason(status: number): string | null {
	if (status === 408) return 'the server timed out (408)';
	if (status === 429) return 'too many requests (429)';
	if (status === 455) return 'the API is under maintenance (455)';
	return status >= 500 && status < 600 ? `server error ${status}` : null;
}
