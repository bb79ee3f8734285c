/** Returns the entry of a version in CHANGELOG.md, or null if it has none. Only a version with a date can be released. */
export function entryFor(
	changelog: string,
	version: string,
): { readonly date: string | null } | null {
	for (const section of changelog.split(/^## /m).slice(1)) {
		const [heading = '', ...lines] = section.split('\n');
		const [name, date = null] = heading.trim().split(' - ');
		if (name === version && lines.join('').trim() !== '') return { date };
	}
	return null;
}
