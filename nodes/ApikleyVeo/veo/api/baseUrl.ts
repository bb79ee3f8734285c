import { trimCopied } from '../task/coerce';

/** The address of the API. A user who runs the same API elsewhere can set another one, with or without a path. */
export const DEFAULT_BASE_URL = 'https://api.apikley.ru';

export type BaseUrl =
	| { readonly kind: 'valid'; readonly origin: string; readonly url: string }
	/** What is wrong, and what to change. */
	| { readonly kind: 'invalid'; readonly message: string; readonly advice: string };

function invalid(message: string, advice = `Use an address like ${DEFAULT_BASE_URL}.`): BaseUrl {
	return { kind: 'invalid', message: `The Base URL of the credential ${message}`, advice };
}

export function parseBaseUrl(value: unknown): BaseUrl {
	const text = typeof value === 'string' ? trimCopied(value) : '';
	if (text === '') return invalid('is empty.');
	if (!/^https?:\/\//i.test(text)) return invalid("doesn't begin with https://.");
	if (!URL.canParse(text)) return invalid("isn't an address.");
	const url = new URL(text);
	if (url.username !== '' || url.password !== '') {
		return invalid('contains a user name or password.', 'Remove them: the API only takes a key.');
	}
	if (url.search !== '' || url.hash !== '') return invalid('contains a "?" or "#".');
	if (url.protocol === 'http:' && !isPrivateHost(url.hostname)) {
		return invalid(
			"doesn't begin with https://, so the API key would be sent unencrypted.",
			'Plain http:// is only accepted for this machine (localhost) and private network addresses.',
		);
	}
	// Copied from the address of a request, whose path the node adds itself
	const path = url.pathname.replace(/(\/api(\/v1(\/veo(\/.*)?)?)?)?\/*$/i, '');
	return { kind: 'valid', origin: url.origin, url: `${url.origin}${path}` };
}

/**
 * True for localhost, and for loopback and private addresses (RFC 1918, RFC 4193). Other names don't count, because the
 * address behind a name can change. `URL` has already brought IPv4 addresses into their plain form. Checked by hand
 * because Node's `net.BlockList` may not be imported here.
 */
function isPrivateHost(hostname: string): boolean {
	if (hostname === 'localhost' || hostname.endsWith('.localhost')) return true;
	if (hostname.startsWith('[')) return isPrivateIpv6(hostname.slice(1, -1));
	if (!/^\d+\.\d+\.\d+\.\d+$/.test(hostname)) return false;
	const [first = NaN, second = NaN] = hostname.split('.').map(Number);
	if (first === 127 || first === 10) return true;
	if (first === 172) return second >= 16 && second <= 31;
	return first === 192 && second === 168;
}

/** Names that only mean something in a local network, by RFC 6762 and RFC 8375. */
const LOCAL_NAME = /^[^.:]+$|\.(local|internal|home\.arpa)$/;
/** Link-local and shared addresses, which private networks use too (RFC 3927, RFC 4291, RFC 6598), and no address at all. */
const LOCAL_ADDRESS = /^(169\.254\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|0\.0\.0\.0$|\[fe80:)/;

/** True for hosts that can't be reached from the internet. */
export function isLocalHost(hostname: string): boolean {
	return isPrivateHost(hostname) || LOCAL_NAME.test(hostname) || LOCAL_ADDRESS.test(hostname);
}

function isPrivateIpv6(address: string): boolean {
	return address === '::1' || /^f[cd][0-9a-f]{2}:/.test(address);
}
