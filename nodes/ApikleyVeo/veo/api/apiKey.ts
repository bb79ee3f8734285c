import { trimCopied } from '../task/coerce';

/** The key itself, without what gets copied along: blanks, invisible characters, quotes and a "Bearer" before it. */
export function cleanApiKey(value: unknown): string {
	return trimCopied(trimCopied(String(value)).replace(/^Bearer\s+/i, ''));
}
