/**
 * Milliseconds that a `Retry-After` header asks to wait, given in seconds or as an HTTP date; null where
 * there is none or it can't be read. `date` is the present in milliseconds since 1970.
 */
export function parseRetryAfter(header: string | undefined, date: number): number | null {
	const text = header?.trim() ?? '';
	if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
	// HTTP dates begin with the day's name; Date.parse alone would take "-5" for a year.
	const until = /^[a-z]{3,9},? /i.test(text) ? Date.parse(text) : NaN;
	return Number.isNaN(until) ? null : Math.max(0, until - date);
}
