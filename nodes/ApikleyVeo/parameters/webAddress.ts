/** Returns the address in the form in which it is sent; null unless it is an http(s) address. */
export function parseWebAddress(text: string): string | null {
	if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null;
	// `URL` encodes letters and blanks, which not every server can read
	return new URL(text).href;
}
