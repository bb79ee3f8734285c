/**
 * What HTTP statuses mean here, and the same numbers as codes in a response body. Serves the API, the video hosts and
 * the credential's test. Sources: the provider's document; 408, 429 and gateway errors were observed.
 */

export const REDIRECT_STATUSES = [301, 302, 303, 307, 308];

/** The server may be able to respond later. */
export const BUSY_STATUSES = [408, 429, 455, 500, 502, 503, 504];

/** A video host that sends one of these no longer serves the link, or not to the public. */
export const LINK_EXPIRED_STATUSES = [401, 403, 404, 410];

/** A video host that sends one of these doesn't have the file yet. */
export const NOT_YET_STATUSES = [202, 425];

/** Why the same request may succeed later, for the user to read; null if it won't. */
export function transientReason(status: number): string | null {
	if (status === 407) return 'a proxy between n8n and the server requires a login (407)';
	if (status === 408) return 'the server timed out (408)';
	if (status === 429) return 'too many requests (429)';
	if (status === 455) return 'the API is under maintenance (455)';
	return status >= 500 && status < 600 ? `server error ${status}` : null;
}
