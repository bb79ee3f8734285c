/**
 * `npm run release` checks that the package is ready to release, then tags the version and pushes the tag. The workflow
 * publish.yml builds the package and publishes it with provenance. With `-- --dry-run` it only checks. A dry run with
 * `--quick` leaves out `npm test`.
 */
import { parseArgs } from 'node:util';

import { runCommand } from '../../test/n8n-harness/system/command.mjs';
import { projectRoot } from '../../test/n8n-harness/system/project-root.mjs';
import { CHECKS, readManifest, type Check, type Verdict } from './checks.mjs';

const { values } = parseArgs({
	options: {
		'dry-run': { type: 'boolean', default: false },
		quick: { type: 'boolean', default: false },
	},
});
const isDry = values['dry-run'];
if (values.quick && !isDry) throw new Error('--quick is only for a dry run');

const { version } = await readManifest();
let stops = 0;
for (const check of CHECKS.filter(({ isLong }) => isLong !== true || !values.quick)) {
	const verdict = await check.run();
	if (isStopped(check, verdict)) stops++;
	console.log(`${check.title}: ${describe(check, verdict)}`);
}
if (stops > 0) {
	console.log(`\nNot released: ${stops} of the checks failed.`);
	process.exitCode = 1;
} else if (isDry) {
	console.log(`\nThis was a dry run: v${version} is neither tagged nor published.`);
} else {
	await release();
}

function isStopped({ isForRelease }: Check, { kind }: Verdict): boolean {
	if (kind === 'skipped') return !isDry || process.env.CI === 'true';
	return kind === 'problem' && !(isDry && isForRelease === true);
}

function describe(check: Check, verdict: Verdict): string {
	if (verdict.kind === 'fine') return verdict.note ?? 'yes';
	if (verdict.kind === 'skipped') return `not checked, ${verdict.why}`;
	return isStopped(check, verdict) ? `NO, ${verdict.why}` : `not yet, ${verdict.why}`;
}

async function release(): Promise<void> {
	const tag = `v${version}`;
	const cwd = projectRoot();
	await runCommand('git', ['tag', '--annotate', tag, '--message', `Release ${version}`], { cwd });
	await runCommand('git', ['push', 'origin', tag], { cwd });
	console.log(`\n${tag} is tagged and pushed. The workflow publish.yml publishes it.`);
}
