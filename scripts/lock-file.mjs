/** Plain JavaScript that only needs Node's own modules, because it runs before anything is installed. */

/** npm replaces this host by that of the user's registry. */
const REGISTRY = 'https://registry.npmjs.org';
const FOLDER = 'node_modules/';

/**
 * Adds the address of each package's tarball to the text of a package-lock.json. Our lock files have no addresses, and
 * without them `npm ci` first requests the list of all versions of each package. Most of the data are in these lists.
 * @param {string} text
 * @returns {string}
 */
export function withTarballAddresses(text) {
	const lock = JSON.parse(text);
	for (const [folder, entry] of Object.entries(lock.packages)) {
		// Without a checksum, it is not from the registry
		if (entry.integrity !== undefined) entry.resolved ??= tarballAddress(folder, entry);
	}
	return JSON.stringify(lock);
}

/**
 * @param {string} folder
 * @param {{ name?: string, version: string }} entry its name is only there if the package is installed under another
 */
function tarballAddress(folder, entry) {
	const name = entry.name ?? folder.slice(folder.lastIndexOf(FOLDER) + FOLDER.length);
	const [unscoped] = name.split('/').slice(-1);
	return `${REGISTRY}/${name}/-/${unscoped}-${entry.version}.tgz`;
}
