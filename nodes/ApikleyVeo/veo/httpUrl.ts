export function isHttpUrl(url: string): boolean {
	return URL.canParse(url) && /^https?:/.test(new URL(url).protocol);
}

/** Returns the address with letters and blanks encoded, as not every server can read them; null unless it is http(s). */
export function toHttpUrl(text: string): string | null {
	return isHttpUrl(text) ? new URL(text).href : null;
}
