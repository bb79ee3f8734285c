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
	ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another host",
	ERR_STREAM_PREMATURE_CLOSE: 'the connection was closed before the end of the response',
};

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

export function explainNetworkError(error: unknown): string {
	for (const cause of causesOf(error)) {
		const code = 'code' in cause ? cause.code : undefined;
		const reason = typeof code === 'string' ? REASONS[code] : undefined;
		if (reason !== undefined) return reason;
	}
	const [first] = causesOf(error);
	const message = first !== undefined && 'message' in first ? first.message : null;
	return typeof message === 'string' && message !== '' ? message : 'the request failed';
}
