import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import type { Panel } from './panel.mjs';
import type { SavedWorkflow } from './saved-workflow.mjs';

const FOLDER = path.join(projectRoot(), 'test', 'released');
const PANEL = 'panel.json';

/** The snapshot of a released version of the package. */
export interface Release {
	/** E.g. `0.1.0`. */
	readonly version: string;
	readonly panel: Panel;
	readonly workflows: readonly SavedWorkflow[];
}

/** The folder with the snapshot of a version. */
export function folderOf(version: string): string {
	return path.join(FOLDER, version);
}

export function readReleases(): Release[] {
	return readdirSync(FOLDER, { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.map(({ name }) => readRelease(name));
}

function readRelease(version: string): Release {
	const folder = folderOf(version);
	const read = (file: string): unknown => JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
	const workflows = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== PANEL);
	return {
		version,
		panel: read(PANEL) as Panel,
		workflows: workflows.map((file) => read(file) as SavedWorkflow),
	};
}
