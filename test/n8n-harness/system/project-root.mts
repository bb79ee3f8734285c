import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const PACKAGE_NAME = 'n8n-nodes-apikley';

/**
 * Returns the folder of this package. It is searched upwards from the working directory, because jest's CommonJS has no
 * `import.meta`. Throws an Error if the working directory is outside the project.
 */
export function projectRoot(): string {
	let folder = process.cwd();
	while (!isProject(folder)) {
		const parent = path.dirname(folder);
		if (parent === folder) throw new Error(`${process.cwd()} is not inside ${PACKAGE_NAME}`);
		folder = parent;
	}
	return folder;
}

function isProject(folder: string): boolean {
	const file = path.join(folder, 'package.json');
	if (!existsSync(file)) return false;
	const content = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown };
	return content.name === PACKAGE_NAME;
}
