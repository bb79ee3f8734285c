/**
 * `npm run test:node-versions`: runs the unit and integration tests on each supported Node.js, or on some of them, e.g.
 * `-- 22`. Installs the missing ones. Exits with code 1 when a test fails.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { installNode } from '../n8n-harness/install.mjs';
import { shownOnTerminal } from '../n8n-harness/system/progress.mjs';
import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import { NODE_VERSIONS } from './releases.mjs';

const JEST = path.join(projectRoot(), 'node_modules', 'jest', 'bin', 'jest.js');

const wanted = process.argv.slice(2);

for (const [major, version] of Object.entries(NODE_VERSIONS)) {
	if (wanted.length > 0 && !wanted.includes(major)) continue;
	const node = await installNode(version, shownOnTerminal);
	console.log(`\n=== Node.js ${version} ===`);
	const { status } = spawnSync(node, [JEST, '--selectProjects', 'unit', 'integration'], {
		cwd: projectRoot(),
		stdio: 'inherit',
		// For the processes that the tests start
		env: { ...process.env, PATH: [path.dirname(node), process.env.PATH].join(path.delimiter) },
	});
	if (status !== 0) process.exitCode = 1;
}
