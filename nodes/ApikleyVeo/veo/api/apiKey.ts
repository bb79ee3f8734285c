import { trimInvisible } from '../task/coerce';

/** The key itself, without what gets copied along: blanks, invisible characters and a "Bearer" before it. */
export function cleanApiKey(value: unknown): string {
	return trimInvisible(trimInvisible(String(value)).replace(/^Bearer\s+/i, ''));
}
