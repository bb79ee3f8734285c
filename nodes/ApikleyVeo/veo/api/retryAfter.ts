/** The milliseconds to wait by a `Retry-After`, in seconds or an HTTP date; null if there is none. `date`: the present. */
export function parseRetryAfter(header: string | undefined, date: number): number | null {
	const text = header?.trim() ?? '';
	if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
	// HTTP dates begin with the name of the day; Date.parse on its own would take "-5" for a year
	const until = /^[a-z]{3,9},? /i.test(text) ? Date.parse(text) : NaN;
	return Number.isNaN(until) ? null : Math.max(0, until - date);
}
