/**
 * Runs the scanner with which n8n verifies community packages, without the network: its rules on the sources, and on the
 * content of the tarball. The exit code is 1 if a rule is broken.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { installOnce, lockedManifests } from './cached-install.mjs';
import { installWithNpm } from './system/npm.mjs';
import { runCommand } from './system/command.mjs';
import { shownOnTerminal } from './system/progress.mjs';
import { projectRoot } from './system/project-root.mjs';
import { packPackage, preparedTarball } from './package-under-test.mjs';

interface Scanner {
	analyzePackage(
		folder: string,
		filePatterns: readonly string[],
	): Promise<{ passed: boolean; message?: string; details?: string }>;
	SOURCE_FILE_PATTERNS: readonly string[];
}

/** The patterns of the scanner's main function, which does not export them. */
const TARBALL_FILE_PATTERNS = ['**/*.js', 'package.json'];

async function loadScanner(): Promise<Scanner> {
	const install = {
		name: 'scan-community-package',
		manifests: await lockedManifests(path.join(projectRoot(), 'test', 'n8n-harness', 'scanner')),
		fill: async (folder: string) =>
			await shownOnTerminal("Installing n8n's package scanner (once)", () =>
				installWithNpm(['ci', '--ignore-scripts'], folder),
			),
	};
	const folder = await installOnce(install, shownOnTerminal);
	const file = ['node_modules', '@n8n', 'scan-community-package', 'scanner', 'scanner.mjs'];
	return (await import(pathToFileURL(path.join(folder, ...file)).href)) as Scanner;
}

async function scan(unpackInto: string): Promise<boolean> {
	const { analyzePackage, SOURCE_FILE_PATTERNS } = await loadScanner();
	await packPackage(shownOnTerminal);
	await runCommand('tar', ['-xzf', preparedTarball()], { cwd: unpackInto });
	const results = {
		source: await analyzePackage(projectRoot(), SOURCE_FILE_PATTERNS),
		tarball: await analyzePackage(path.join(unpackInto, 'package'), TARBALL_FILE_PATTERNS),
	};
	for (const [what, { passed, message, details }] of Object.entries(results)) {
		console.log(`${what}: ${passed ? 'passed' : `${message}\n${details ?? ''}`}`);
	}
	return Object.values(results).every(({ passed }) => passed);
}

const temporary = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-apikley-scan-'));
try {
	process.exitCode = (await scan(temporary)) ? 0 : 1;
} finally {
	await rm(temporary, { recursive: true, force: true });
}
