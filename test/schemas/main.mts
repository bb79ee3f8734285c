/** `npm run schemas`: writes the fields that the editor offers before a node has run. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';

import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import { FOLDER, schemaFiles } from './schemas';

const root = projectRoot();
const style = await resolveConfig(path.join(root, FOLDER, 'x.json'));
await rm(path.join(root, FOLDER), { recursive: true, force: true });
for (const [name, text] of Object.entries(schemaFiles())) {
	const file = path.join(root, name);
	await mkdir(path.dirname(file), { recursive: true });
	await writeFile(file, await format(text, { ...style, filepath: file }));
}
