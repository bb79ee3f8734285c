import { trimCopied } from '../task/coerce';

/** Where users get a key. */
export const KEYS_PAGE = 'https://app.apikley.ru/keys';

/** The key itself, without what gets copied along: blanks, invisible characters, quotes and a "Bearer" before it. */
export function cleanApiKey(value: unknown): string {
	const text = trimCopied(String(value ?? ''));
	return trimCopied(text.replace(/^Bearer(\s|$)/i, ''));
}

/** Returns what is wrong with the key of a credential, and what to change; null if a request can be sent with it. */
export function checkApiKey(value: unknown): Readonly<Record<'message' | 'advice', string>> | null {
	if (cleanApiKey(value) !== '') return null;
	const message = 'The API Key of the credential is empty.';
	return { message, advice: `Enter the key in the credential, or get one at ${KEYS_PAGE}.` };
}
