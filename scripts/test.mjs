#!/usr/bin/env node
/**
 * `npm test` runs every check, also after one has failed, and prints one closing line that counts all of them.
 * `npm test -- --quick` leaves out those that need the real n8n.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { installDependencies, run } from './dependencies.mjs';

/** The exit code of a check that was skipped. */
const SKIPPED = 77;

const isQuick = process.argv.includes('--quick');

/** A check counts as one; of jest, every test counts. */
const STATIC_CHECKS = [
	{ title: 'Tools', script: 'check:tools' },
	{ title: "Lint, with n8n's rules", script: 'lint' },
	{ title: "n8n's package scanner, on sources and tarball", script: 'scan' },
	{ title: 'Imports between folders', script: 'check:architecture' },
	{ title: 'Types', script: 'typecheck' },
	{ title: 'Format', script: 'format:check' },
];
const COVERAGE = { title: 'Unit and integration tests', script: 'test:coverage', isJest: true };
const FUZZ = { title: 'Fuzz run against the built node', script: 'test:fuzz' };
const SETUP = { title: 'Install n8n and pack the package', script: 'setup:n8n' };
const END_TO_END = {
	title: 'End-to-end tests in a real n8n',
	script: 'test:e2e',
	isJest: true,
};
const RELEASE = {
	title: 'Dry run of a release',
	script: 'release',
	args: ['--dry-run', '--quick'],
};

/**
 * The phases run one after another. The lanes of a phase run in parallel, and the checks of a lane one after another. The
 * end-to-end tests mostly wait for n8n, so checks that are not sensitive to load run in parallel with them.
 */
const PHASES = isQuick
	? [[STATIC_CHECKS, [COVERAGE]], [[FUZZ]]]
	: [[[SETUP]], [STATIC_CHECKS, [COVERAGE]], [[END_TO_END], [FUZZ, RELEASE]]];

const reports = mkdtempSync(path.join(tmpdir(), 'n8n-nodes-apikley-test-'));

await installDependencies();
const startedAt = Date.now();
const counts = [];
for (const lanes of PHASES) {
	// The output of parallel checks would be mixed up, so it is printed at the end of each
	const isParallel = lanes.length > 1;
	await Promise.all(lanes.map(async (lane) => await runLane(lane, isParallel)));
}
rmSync(reports, { recursive: true });
conclude();

async function runLane(checks, isParallel) {
	for (const check of checks) counts.push(await runCheck(check, isParallel));
}

async function runCheck({ title, script, args = [], isJest }, isParallel) {
	const checkStartedAt = Date.now();
	const report = path.join(reports, `${script.replaceAll(':', '-')}.json`);
	const scriptArgs = isJest ? [...args, '--json', `--outputFile=${report}`] : args;
	const command = ['run', '--silent', script, '--', ...scriptArgs];
	if (isParallel) console.log(`… ${title}`);
	else printHeader(title, script);
	const { exitCode, output } = await run('npm', command, { capture: isParallel });
	if (isParallel) {
		printHeader(title, script);
		process.stdout.write(output);
	}
	const count = isJest ? countTests(report, exitCode) : countCheck(exitCode);
	console.log(`=== ${title}: ${describe(count)}, ${secondsSince(checkStartedAt)} s ===`);
	return count;
}

function printHeader(title, script) {
	console.log(`\n=== ${title} (npm run ${script}) ===`);
}

function countCheck(exitCode) {
	return {
		passed: exitCode === 0 ? 1 : 0,
		failed: exitCode === 0 || exitCode === SKIPPED ? 0 : 1,
		skipped: exitCode === SKIPPED ? 1 : 0,
	};
}

function countTests(report, exitCode) {
	const result = readReport(report);
	const passed = result?.numPassedTests ?? 0;
	const skipped = (result?.numPendingTests ?? 0) + (result?.numTodoTests ?? 0);
	const failed = (result?.numFailedTests ?? 0) + (result?.numRuntimeErrorTestSuites ?? 0);
	// Without a failed test the reason is too little coverage, nothing to run, or jest itself
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

function conclude() {
	const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
	const total = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
	console.log(`\nAll checks took ${secondsSince(startedAt)} s.`);
	console.log(describe(total));
	process.exitCode = total.failed > 0 ? 1 : 0;
}

function secondsSince(time) {
	return ((Date.now() - time) / 1000).toFixed(1);
}
