import {
	explainNetworkError,
	isPermanent,
	wasNeverSent,
} from '../../../nodes/ApikleyVeo/n8n/networkError';

function coded(code: unknown, message = 'boom', cause?: unknown): Error {
	return Object.assign(new Error(message, { cause }), { code });
}

const circle: Error & { cause?: unknown } = new Error('first');
circle.cause = new Error('second', { cause: circle });

const TLS = "the server doesn't speak TLS on this port";

test.each<[string, string, boolean]>([
	['ECONNREFUSED', 'the connection was refused', false],
	['ECONNRESET', 'the connection was reset', false],
	['EPIPE', 'the connection was reset', false],
	['ECONNABORTED', 'no response in time', false],
	['ETIMEDOUT', 'no response in time', false],
	['ENOTFOUND', 'the host name was not found', false],
	['EAI_AGAIN', 'the host name could not be resolved', false],
	['EHOSTUNREACH', 'the host is unreachable', false],
	['ENETUNREACH', 'the network is unreachable', false],
	['ERR_STREAM_PREMATURE_CLOSE', 'the connection was closed before the end of the response', false],
	['ERR_TLS_HANDSHAKE_TIMEOUT', 'boom', false],
	['XCERT_', 'boom', false],
	['CERT_HAS_EXPIRED', "the server's certificate has expired", true],
	['CERT_NOT_YET_VALID', 'boom', true],
	['DEPTH_ZERO_SELF_SIGNED_CERT', "the server's certificate is self-signed", true],
	['SELF_SIGNED_CERT_IN_CHAIN', "the server's certificate is self-signed", true],
	['UNABLE_TO_VERIFY_LEAF_SIGNATURE', "the server's certificate could not be verified", true],
	['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', "the server's certificate could not be verified", true],
	['ERR_TLS_CERT_ALTNAME_INVALID', "the server's certificate is for another host", true],
	['EPROTO', TLS, true],
	['ERR_SSL_WRONG_VERSION_NUMBER', TLS, true],
	['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'boom', true],
	['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'boom', false],
	['ERR_INVALID_URL', 'the address is invalid', true],
])('the code %s is explained as "%s", permanent: %p', (code, reason, permanent) => {
	expect(explainNetworkError(coded(code))).toBe(reason);
	expect(isPermanent(coded(code))).toBe(permanent);
	expect(isPermanent(new Error('x', { cause: coded(7, 'y', coded(code)) }))).toBe(permanent);
});

test.each<[string, unknown, string]>([
	[
		'the first known code among its causes',
		new Error('refused', { cause: new Error('x', { cause: coded('EPIPE') }) }),
		'the connection was reset',
	],
	['its own known code', coded('ETIMEDOUT', 'x', coded('EPIPE')), 'no response in time'],
	['its message if the code is unknown', coded('EWEIRD', 'out of luck'), 'out of luck'],
	['its message if the code is not text', coded(7, 'seven'), 'seven'],
	['the outermost message', new Error('outer', { cause: new Error('inner') }), 'outer'],
	['a message although its causes form a circle', circle, 'first'],
	['a default if there is no message', new Error(''), 'the request failed'],
	['a default if it is an empty object', {}, 'the request failed'],
	['a default if the message is not text', { message: 7 }, 'the request failed'],
	['a default if it is not an object', 'boom', 'the request failed'],
	['a default if it is null', null, 'the request failed'],
])('an error is explained by %s', (_, error, reason) => {
	expect([explainNetworkError(error), isPermanent(error)]).toEqual([reason, false]);
});

test.each<[string, object, string]>([
	['its message', {}, 'Blocked'],
	['its description, too', { description: 'Allow 10.0.0.1' }, 'Blocked. Allow 10.0.0.1'],
])(
	"n8n's guard against internal addresses is explained by %s, and permanent",
	(_, fields, reason) => {
		const guard = Object.assign(new Error('Blocked'), { name: 'SsrfBlockedIpError', ...fields });
		for (const error of [guard, coded('ECONNRESET', 'x', guard)]) {
			expect([explainNetworkError(error), isPermanent(error)]).toEqual([reason, true]);
		}
	},
);

describe('a request that failed', () => {
	const connecting = (code: string) => Object.assign(coded(code), { syscall: 'connect' });
	const reading = (code: string) => Object.assign(coded(code), { syscall: 'read' });
	const writing = (code: string) => Object.assign(coded(code), { syscall: 'write' });
	const guard = Object.assign(new Error('Blocked'), { name: 'SsrfBlockedIpError' });

	test.each<[string, unknown]>([
		['the connection was refused', coded('ECONNREFUSED')],
		['the host name is unknown', coded('ENOTFOUND')],
		['the host name could not be resolved', coded('EAI_AGAIN')],
		['the host is unreachable', coded('EHOSTUNREACH')],
		['the network is unreachable', coded('ENETUNREACH')],
		['connecting took too long', connecting('ETIMEDOUT')],
		['connecting was reset', connecting('ECONNRESET')],
		['the certificate is wrong', coded('CERT_HAS_EXPIRED')],
		['the certificate is for another host', coded('ERR_TLS_CERT_ALTNAME_INVALID')],
		['the address is none', coded('ERR_INVALID_URL')],
		["n8n's guard blocked it", guard],
	])('was certainly never sent if %s', (_, error) => {
		expect(wasNeverSent(error)).toBe(true);
		expect(wasNeverSent(coded(7, 'x', new Error('y', { cause: error })))).toBe(true);
	});

	test.each<[string, unknown]>([
		['the connection was reset', reading('ECONNRESET')],
		['the connection was reset before it was secured', coded('ECONNRESET')],
		['a pipe broke', coded('EPIPE')],
		['the response took too long', coded('ECONNABORTED')],
		['the network timed out', reading('ETIMEDOUT')],
		['the host of the connection is gone', reading('EHOSTUNREACH')],
		['the network of the connection is gone', writing('ENETUNREACH')],
		['its own error does not say so', coded('EHOSTUNREACH', 'x', reading('EHOSTUNREACH'))],
		['a response without TLS came, maybe after the request', coded('ERR_SSL_WRONG_VERSION_NUMBER')],
		['it came, by an older Node.js', writing('EPROTO')],
		['TLS broke', reading('EPROTO')],
		['TLS broke for a reason that is unknown', coded('EPROTO')],
		['the response was cut off', coded('ERR_STREAM_PREMATURE_CLOSE')],
		['the response could not be decrypted', coded('ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC')],
		['the server missed a certificate', coded('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED')],
		['the reason is unknown', new Error('boom')],
		['the error is none', 'boom'],
	])('may have been sent if %s', (_, error) => {
		expect(wasNeverSent(error)).toBe(false);
	});
});
