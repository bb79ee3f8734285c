import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const NAME = /"name": "n8n-nodes-apikley"/;

/**
 * Returns the folder of this package. It is searched upwards from the working directory, because jest's CommonJS has no
 * `import.meta`. Throws an Error if the working directory is outside the project.
 */
export function projectRoot(): string {
	for (let folder = process.cwd(); ; folder = path.dirname(folder)) {
		const file = path.join(folder, 'package.json');
		if (existsSync(file) && NAME.test(readFileSync(file, 'utf8'))) return folder;
		if (folder === path.dirname(folder)) throw new Error(`${process.cwd()} is not in the project`);
	}
}
