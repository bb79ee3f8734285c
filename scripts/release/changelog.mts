/** The entry of a version in CHANGELOG.md, or null if there is none. A version without a date can't be released. */
export function entryFor(
	changelog: string,
	version: string,
): { readonly date: string | null; readonly text: string } | null {
	for (const section of changelog.split(/^## /m).slice(1)) {
		const [heading = '', ...lines] = section.split('\n');
		const [name, date = null] = heading.trim().split(' - ');
		const text = lines.join('\n').trim();
		if (name === version && text !== '') return { date, text };
	}
	return null;
}
