#!/usr/bin/env node
/**
 * `npm test`: every check, each even when one before it failed, and one closing line that counts all of them.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { installDependencies, run } from './dependencies.mjs';

/** An exit code with which a check says: not done here, and that is all right. */
const SKIPPED = 77;

/** In this order. A check counts as one; of jest every test is counted. */
const STEPS = [
	{ title: 'Tools', script: 'check:tools' },
	{ title: "Lint, with n8n's rules", script: 'lint' },
	{ title: "n8n's package scanner, on source and tarball", script: 'scan' },
	{ title: 'Types', script: 'typecheck' },
	{ title: 'Format', script: 'format:check' },
	{
		title: "Unit tests, integration tests in n8n's engine, and what they cover",
		script: 'test:coverage',
		isJest: true,
	},
	{ title: 'Fault campaign against the built node', script: 'test:fuzz' },
	{ title: 'End-to-end tests, in a real n8n', script: 'test:e2e', isJest: true },
];

const reports = mkdtempSync(path.join(tmpdir(), 'n8n-nodes-apikley-test-'));

await installDependencies();
const counts = [];
for (const step of STEPS) counts.push(await runStep(step));
rmSync(reports, { recursive: true });
conclude(counts);

async function runStep({ title, script, isJest }) {
	console.log(`\n=== ${title} (npm run ${script}) ===`);
	const startedAt = Date.now();
	const report = path.join(reports, `${script.replaceAll(':', '-')}.json`);
	const jestArgs = isJest ? ['--', '--json', `--outputFile=${report}`] : [];
	const exitCode = await run('npm', ['run', '--silent', script, ...jestArgs]);
	const count = isJest ? countTests(report, exitCode) : countCheck(exitCode);
	const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
	console.log(`=== ${title}: ${describe(count)}, ${seconds} s ===`);
	return count;
}

function countCheck(exitCode) {
	if (exitCode === SKIPPED) return { passed: 0, failed: 0, skipped: 1 };
	return exitCode === 0
		? { passed: 1, failed: 0, skipped: 0 }
		: { passed: 0, failed: 1, skipped: 0 };
}

function countTests(report, exitCode) {
	const result = readReport(report);
	const passed = result?.numPassedTests ?? 0;
	const skipped = (result?.numPendingTests ?? 0) + (result?.numTodoTests ?? 0);
	const failed = (result?.numFailedTests ?? 0) + (result?.numRuntimeErrorTestSuites ?? 0);
	// Failed for another reason than a test: too little coverage, nothing to run, jest itself
	const failedOtherwise = exitCode !== 0 && failed === 0;
	return { passed, skipped, failed: failedOtherwise ? 1 : failed };
}

function readReport(file) {
	try {
		return JSON.parse(readFileSync(file, 'utf8'));
	} catch {
		return undefined;
	}
}

function describe({ passed, failed, skipped }) {
	return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function conclude(all) {
	const sum = (key) => all.reduce((total, count) => total + count[key], 0);
	const total = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
	console.log(`\n${describe(total)}`);
	process.exitCode = total.failed > 0 ? 1 : 0;
}
