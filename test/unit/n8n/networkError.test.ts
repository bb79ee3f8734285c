import { explainNetworkError, isPermanent } from '../../../nodes/ApikleyVeo/n8n/networkError';

function coded(code: unknown, message = 'boom', cause?: unknown): Error {
	return Object.assign(new Error(message, { cause }), { code });
}

const circle: Error & { cause?: unknown } = new Error('first');
circle.cause = new Error('second', { cause: circle });

test.each<[string, string]>([
	['ECONNREFUSED', 'the connection was refused'],
	['ECONNRESET', 'the connection was reset'],
	['EPIPE', 'the connection was reset'],
	['ECONNABORTED', 'no response in time'],
	['ETIMEDOUT', 'no response in time'],
	['ENOTFOUND', 'the host name was not found'],
	['EAI_AGAIN', 'the host name could not be resolved'],
	['EHOSTUNREACH', 'the host is unreachable'],
	['ENETUNREACH', 'the network is unreachable'],
	['CERT_HAS_EXPIRED', "the server's certificate has expired"],
	['DEPTH_ZERO_SELF_SIGNED_CERT', "the server's certificate is self-signed"],
	['SELF_SIGNED_CERT_IN_CHAIN', "the server's certificate is self-signed"],
	['UNABLE_TO_VERIFY_LEAF_SIGNATURE', "the server's certificate could not be verified"],
	['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', "the server's certificate could not be verified"],
	['EPROTO', "the server doesn't speak TLS on this port"],
	['ERR_SSL_WRONG_VERSION_NUMBER', "the server doesn't speak TLS on this port"],
	['ERR_INVALID_URL', 'the address is invalid'],
	['ERR_TLS_CERT_ALTNAME_INVALID', "the server's certificate is for another host"],
	['ERR_STREAM_PREMATURE_CLOSE', 'the connection was closed before the end of the response'],
])('the code %s is explained as "%s"', (code, reason) => {
	expect(explainNetworkError(coded(code))).toBe(reason);
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
	expect(explainNetworkError(error)).toBe(reason);
});

describe("n8n's guard against internal addresses", () => {
	const guard = (fields: object) =>
		Object.assign(new Error('The request was blocked'), { name: 'SsrfBlockedIpError', ...fields });
	const described = guard({ description: 'Ask your administrator to allow 10.0.0.1' });

	test.each<[string, Error, string]>([
		['its message', guard({}), 'The request was blocked'],
		[
			'its advice, too',
			described,
			'The request was blocked. Ask your administrator to allow 10.0.0.1',
		],
		[
			'its message though another error wraps it',
			coded('ECONNRESET', 'x', guard({})),
			'The request was blocked',
		],
	])('is explained by %s, and permanent', (_, error, reason) => {
		expect(explainNetworkError(error)).toBe(reason);
		expect(isPermanent(error)).toBe(true);
	});
});

test.each([
	'CERT_HAS_EXPIRED',
	'CERT_NOT_YET_VALID',
	'CERT_UNTRUSTED',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'ERR_TLS_CERT_ALTNAME_INVALID',
	'EPROTO',
	'ERR_SSL_WRONG_VERSION_NUMBER',
	'ERR_INVALID_URL',
])('no retry changes %s, though another error may wrap it', (code) => {
	expect(isPermanent(coded(code))).toBe(true);
	expect(isPermanent(new Error('x', { cause: coded(undefined, 'y', coded(code)) }))).toBe(true);
});

test.each([
	...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'],
	...['EHOSTUNREACH', 'ENETUNREACH', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_TLS_HANDSHAKE_TIMEOUT'],
	...['EWEIRD', 'XCERT_', 7, undefined],
])('a retry may succeed after %p', (code) => {
	expect(isPermanent(coded(code))).toBe(false);
});

test.each([null, 'boom', {}, circle])(
	'a retry may succeed after %p, which has no code',
	(error) => {
		expect(isPermanent(error)).toBe(false);
	},
);
