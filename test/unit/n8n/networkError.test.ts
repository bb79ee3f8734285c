import { explainNetworkError } from '../../../nodes/ApikleyVeo/n8n/networkError';

function coded(code: unknown, message = 'boom', cause?: unknown): Error {
	return Object.assign(new Error(message, { cause }), { code });
}

test.each([
	['ECONNREFUSED', 'the connection was refused'],
	['ECONNRESET', 'the connection was reset'],
	['EPIPE', 'the connection was reset'],
	['ECONNABORTED', 'no answer in time'],
	['ETIMEDOUT', 'no answer in time'],
	['ENOTFOUND', 'the host name was not found'],
	['EAI_AGAIN', 'the host name could not be looked up'],
	['EHOSTUNREACH', 'the host is out of reach'],
	['ENETUNREACH', 'the network is out of reach'],
	['CERT_HAS_EXPIRED', "the server's certificate has expired"],
	['DEPTH_ZERO_SELF_SIGNED_CERT', "the server's certificate is self-signed"],
	['SELF_SIGNED_CERT_IN_CHAIN', "the server's certificate is self-signed"],
	['UNABLE_TO_VERIFY_LEAF_SIGNATURE', "the server's certificate could not be verified"],
	['ERR_TLS_CERT_ALTNAME_INVALID', "the server's certificate is for another host"],
	['ERR_STREAM_PREMATURE_CLOSE', 'the connection was closed before the end of the answer'],
])('%s reads "%s"', (code, reason) => {
	expect(explainNetworkError(coded(code))).toBe(reason);
});

test('the one that knows more is found among the causes', () => {
	const wrapped = new Error('The service refused', {
		cause: new Error('x', { cause: coded('EPIPE') }),
	});
	expect(explainNetworkError(wrapped)).toBe('the connection was reset');
});

test('the outermost that is known counts', () => {
	expect(explainNetworkError(coded('ETIMEDOUT', 'x', coded('EPIPE')))).toBe('no answer in time');
});

test('a code that is not known: the error in its own words', () => {
	expect(explainNetworkError(coded('EWEIRD', 'the moon was in the way'))).toBe(
		'the moon was in the way',
	);
	expect(explainNetworkError(coded(7, 'seven'))).toBe('seven');
});

test('of several errors without a known code the outermost is heard', () => {
	expect(explainNetworkError(new Error('outer', { cause: new Error('inner') }))).toBe('outer');
});

test.each<[string, unknown]>([
	['an error without a message', new Error('')],
	['an object without one', {}],
	['a message that is no text', { message: 7 }],
	['a text', 'boom'],
	['null', null],
	['undefined', undefined],
])('%s: the request failed', (_, error) => {
	expect(explainNetworkError(error)).toBe('the request failed');
});

test('causes that go round in a circle', () => {
	const first: Error & { cause?: unknown } = new Error('first');
	first.cause = new Error('second', { cause: first });
	expect(explainNetworkError(first)).toBe('first');
});
