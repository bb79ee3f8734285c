import { toHttpUrl } from '../veo/httpUrl';
import { trimCopied } from '../veo/task/coerce';

/** Left over from a list. */
const SEPARATORS = /^[,;\s]+|[,;\s]+$/g;

/** As an ampersand is written in HTML. */
const AMPERSAND = /&(?:(?:amp|#38|#x26);)+/gi;

/** Half of a pair that was around the address. An apostrophe can be a part of it. */
const HALF_OF_A_PAIR = /["<>]|['`“”‘’«»]$/;

export type Address =
	| { readonly kind: 'valid'; readonly url: string }
	/** What is wrong with it, to follow its name. */
	| { readonly kind: 'invalid'; readonly problem: string };

/** Reads an http(s) address, without what gets copied along with it: separators, quotes, angle brackets, HTML's `&amp;`. */
export function parseAddress(text: string): Address {
	const address = unwrap(text);
	if (HALF_OF_A_PAIR.test(address)) {
		return { kind: 'invalid', problem: 'has a quote or an angle bracket in it' };
	}
	const url = toHttpUrl(address.replace(AMPERSAND, '&'));
	return url === null
		? { kind: 'invalid', problem: "isn't an http(s) address" }
		: { kind: 'valid', url };
}

function unwrap(text: string): string {
	const inner = trimCopied(text.replace(SEPARATORS, '')).replace(/^<(.*)>$/, '$1');
	return inner === text ? text : unwrap(inner);
}
