/**
 * `npm run test:versions`: tests what users notice of the package in one n8n after another, and saves the results as a table
 * in docs/compatibility.md. With versions, e.g. `npm run test:versions -- 2.6.4`, it only tests those and leaves the other
 * rows as they are. Exits with code 1 when something does not work.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { installN8n } from '../n8n-harness/install.mjs';
import { shownOnTerminal } from '../n8n-harness/system/progress.mjs';
import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import { packPackage } from '../n8n-harness/package-under-test.mjs';
import { saveRow, type Result } from './compatibility.mjs';
import { packFormerBuilds } from './former-builds.mjs';
import { RELEASES, type TestedRelease } from './releases.mjs';

function select(versions: readonly string[]): readonly TestedRelease[] {
	const known = RELEASES.map(({ n8n }) => n8n);
	const unknown = versions.filter((version) => !known.includes(version));
	if (unknown.length > 0) {
		throw new Error(`Unknown versions: ${unknown.join(', ')}. Known: ${known.join(', ')}`);
	}
	return versions.length === 0 ? RELEASES : RELEASES.filter(({ n8n }) => versions.includes(n8n));
}

/** Runs the tests in this n8n. Returns no results if Jest could not run them. */
async function test({ n8n }: TestedRelease): Promise<Result[]> {
	const folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-apikley-versions-'));
	const report = path.join(folder, 'report.json');
	const pattern = `^n8n ${n8n.replaceAll('.', '\\.')} `;
	const jest = path.join(projectRoot(), 'node_modules', 'jest', 'bin', 'jest.js');
	const args = ['--selectProjects', 'versions', '--runInBand', '--testNamePattern', pattern];
	spawnSync(process.execPath, [jest, ...args, '--json', `--outputFile=${report}`], {
		cwd: projectRoot(),
		stdio: ['ignore', 'ignore', 'inherit'],
	});
	const results = await readFile(report, 'utf8').then(resultsIn, () => []);
	await rm(folder, { recursive: true });
	return results;
}

/** The results of the tests that ran. Those of the other versions are pending. */
function resultsIn(report: string): Result[] {
	const { testResults } = JSON.parse(report) as {
		testResults: Array<{ assertionResults: Array<{ title: string; status: string }> }>;
	};
	return testResults
		.flatMap(({ assertionResults }) => assertionResults)
		.filter(({ status }) => status !== 'pending')
		.map(({ title, status }) => ({ title, works: status === 'passed' }));
}

const releases = select(process.argv.slice(2));
await packPackage(shownOnTerminal);
await packFormerBuilds(shownOnTerminal);
for (const release of releases) {
	await installN8n(shownOnTerminal, release);
	const results = await test(release);
	if (results.length === 0 || !results.every(({ works }) => works)) process.exitCode = 1;
	await saveRow(release, results);
}
