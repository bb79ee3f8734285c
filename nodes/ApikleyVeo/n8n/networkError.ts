/**
 * The text that the user reads for a request without a response. The error itself must not be shown or stored: that of
 * the HTTP library holds the whole request, including the key.
 */
const REASONS: Readonly<Record<string, string>> = {
	ECONNREFUSED: 'the connection was refused',
	ECONNRESET: 'the connection was reset',
	EPIPE: 'the connection was reset',
	ECONNABORTED: 'no response in time',
	ETIMEDOUT: 'no response in time',
	ENOTFOUND: 'the host name was not found',
	EAI_AGAIN: 'the host name could not be resolved',
	EHOSTUNREACH: 'the host is unreachable',
	ENETUNREACH: 'the network is unreachable',
	CERT_HAS_EXPIRED: "the server's certificate has expired",
	DEPTH_ZERO_SELF_SIGNED_CERT: "the server's certificate is self-signed",
	SELF_SIGNED_CERT_IN_CHAIN: "the server's certificate is self-signed",
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the server's certificate could not be verified",
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the server's certificate could not be verified",
	ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another host",
	ERR_STREAM_PREMATURE_CLOSE: 'the connection was closed before the end of the response',
	EPROTO: "the server doesn't speak TLS on this port",
	ERR_SSL_WRONG_VERSION_NUMBER: "the server doesn't speak TLS on this port",
	ERR_INVALID_URL: 'the address is invalid',
};

/** The connection was not secured, so nothing was sent over it. */
const NOT_SECURED = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_)/;

/**
 * Other errors that every retry would meet again. A server's alert can come after it has received a request, and so can a
 * response without TLS: a proxy in between can send one at any time.
 */
const PERMANENT = /^(ERR_SSL_\w*_ALERT_|ERR_SSL_WRONG_VERSION_NUMBER$|EPROTO$|ERR_INVALID_URL$)/;

/** The connection was never made, or n8n didn't try to make it. */
const NEVER_SENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_INVALID_URL)$/;

/** n8n's guard against requests to internal addresses. Its error explains itself. */
const GUARD = /^Ssrf/;

/** An error and the errors that it wraps, which often say more. */
function* causesOf(error: unknown): Generator<object> {
	const seen = new Set<unknown>();
	for (let cause = error; typeof cause === 'object' && cause !== null && !seen.has(cause); ) {
		yield cause;
		seen.add(cause);
		cause = 'cause' in cause ? cause.cause : null;
	}
}

/** True for the HTTP library's own timeout, not for one of the network below it. */
export function isTimeout(error: unknown): boolean {
	return [...causesOf(error)].some((cause) => 'code' in cause && cause.code === 'ECONNABORTED');
}

/** True if no retry can help: a wrong certificate, n8n's guard against internal addresses, an address that isn't one. */
export function isPermanent(error: unknown): boolean {
	return [...causesOf(error)].some((cause) => isBlocked(cause) || PERMANENT.test(codeOf(cause)));
}

/** True if the server has certainly not received the request. A connection that broke may have carried it. */
export function wasNeverSent(error: unknown): boolean {
	const causes = [...causesOf(error)];
	if (causes.some(isBlocked)) return true;
	const syscalls = causes.map((cause) => ('syscall' in cause ? cause.syscall : null));
	// A connection that was made can lose its host too
	if (syscalls.some((name) => name === 'read' || name === 'write')) return false;
	return syscalls.includes('connect') || causes.some((cause) => NEVER_SENT.test(codeOf(cause)));
}

function isBlocked(cause: object): boolean {
	return GUARD.test(nameOf(cause)) || NOT_SECURED.test(codeOf(cause));
}

export function explainNetworkError(error: unknown): string {
	const guard = [...causesOf(error)].find((cause) => GUARD.test(nameOf(cause)));
	if (guard !== undefined) return explainGuard(guard);
	for (const cause of causesOf(error)) {
		const reason = REASONS[codeOf(cause)];
		if (reason !== undefined) return reason;
	}
	const [first] = causesOf(error);
	const message = first !== undefined && 'message' in first ? first.message : null;
	return typeof message === 'string' && message !== '' ? message : 'the request failed';
}

function explainGuard(error: object): string {
	const { message, description } = error as { message?: unknown; description?: unknown };
	return [message, description].filter((text) => typeof text === 'string').join('. ');
}

function codeOf(error: object): string {
	return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function nameOf(error: object): string {
	return 'name' in error && typeof error.name === 'string' ? error.name : '';
}
