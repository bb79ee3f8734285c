/**
 * The milliseconds to wait by a `Retry-After`, in seconds or an HTTP date; null if there is none. One that is over already
 * counts as none: it must not make retries come without a pause. `date`: the present.
 */
export function parseRetryAfter(header: string | undefined, date: number): number | null {
	const text = header?.trim() ?? '';
	const waitMs = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : parseHttpDate(text) - date;
	return waitMs > 0 ? waitMs : null;
}

/** NaN if it isn't one. HTTP dates begin with the name of the day; Date.parse on its own would take "-5" for a year. */
function parseHttpDate(text: string): number {
	return /^[a-z]{3,9},? /i.test(text) ? Date.parse(text) : NaN;
}
