/**
 * Plain JavaScript with Node's own modules alone: it runs on a fresh clone, before anything is installed.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 20;
const SIGN_OF_LIFE_MS = 15_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const PARENT = process.ppid;
const LOOK_FOR_PARENT_MS = 500;
/** In the middle of an install npm is deaf to signals. */
const INSTALL_PATIENCE_MS = 1_000;

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Installs the project's devDependencies if any is missing or of another version than the lock file says. */
export async function installDependencies() {
	refuseOldNode();
	if (areInstalled()) return;
	console.error('Installing the devDependencies (npm ci, about a minute) …');
	const startedAt = Date.now();
	const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
	const timer = setInterval(() => console.error(`… ${seconds()}`), SIGN_OF_LIFE_MS);
	const exitCode = await run(
		'npm',
		['ci', '--include=dev', '--no-audit', '--no-fund'],
		INSTALL_PATIENCE_MS,
	);
	clearInterval(timer);
	if (exitCode !== 0) process.exit(exitCode);
	console.error(`Installed in ${seconds()}`);
}

/**
 * Runs a program in the project's folder, with our terminal, to its end. What tells us to end, ends both.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {number} [patienceMs] what the program gets to end by itself then; default: all the time it takes
 * @returns {Promise<number>} its exit code; 1 when a signal ended it
 */
export async function run(program, args, patienceMs) {
	// Windows starts npm, a .cmd file, only through its shell
	const child = spawn(program, args, {
		cwd: root,
		stdio: 'inherit',
		shell: process.platform === 'win32',
	});
	const release = endWithUs(child, patienceMs);
	return await new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', (code) => resolve(code ?? 1));
	}).finally(release);
}

/** Passes on what tells us to end, and ends us after the child has. */
function endWithUs(child, patienceMs) {
	let told;
	const passOn = (signal) => {
		if (patienceMs !== undefined && told === undefined) {
			setTimeout(() => child.kill('SIGKILL'), patienceMs).unref();
		}
		told = signal;
		child.kill(signal);
	};
	for (const signal of SIGNALS) process.on(signal, passOn);
	const watch = setInterval(() => {
		if (isOrphaned() && told === undefined) passOn('SIGTERM');
	}, LOOK_FOR_PARENT_MS);
	return () => {
		clearInterval(watch);
		for (const signal of SIGNALS) process.off(signal, passOn);
		if (told) process.kill(process.pid, told);
	};
}

/** The shell between npm and us dies of SIGTERM without passing it on. */
function isOrphaned() {
	return process.env.npm_lifecycle_event !== undefined && process.ppid !== PARENT;
}

function refuseOldNode() {
	const [major = 0] = process.versions.node.split('.').map(Number);
	if (major >= OLDEST_NODE) return;
	console.error(`Node.js ${OLDEST_NODE} or newer is needed; this is ${process.versions.node}.`);
	process.exit(1);
}

/** npm writes down what it has installed in a lock file of its own, inside node_modules. */
function areInstalled() {
	const wanted = lockedPackages('package-lock.json');
	const installed = lockedPackages(path.join('node_modules', '.package-lock.json'));
	return Object.entries(wanted).every(
		([folder, { version, optional, devOptional }]) =>
			folder === '' ||
			installed[folder]?.version === version ||
			// For another system, so left out
			((optional || devOptional) && installed[folder] === undefined),
	);
}

function lockedPackages(file) {
	try {
		return JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
	} catch {
		return {};
	}
}
