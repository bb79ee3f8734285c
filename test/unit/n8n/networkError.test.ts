import { explainNetworkError } from '../../../nodes/ApikleyVeo/n8n/networkError';

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
