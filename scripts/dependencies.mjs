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

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Installs the project's devDependencies if any is missing or of another version than the lock file says. */
export async function installDependencies() {
	refuseOldNode();
	if (areInstalled()) return;
	console.error('Installing the devDependencies (npm ci, about a minute) …');
	const startedAt = Date.now();
	const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
	const timer = setInterval(() => console.error(`… ${seconds()}`), SIGN_OF_LIFE_MS);
	const exitCode = await run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund']);
	clearInterval(timer);
	if (exitCode !== 0) process.exit(exitCode);
	console.error(`Installed in ${seconds()}`);
}

/**
 * Runs a program in the project's folder, with our terminal, to its end.
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {Promise<number>} its exit code; 1 when a signal ended it. A signal to us ends both
 */
export async function run(program, args) {
	// Windows starts npm, a .cmd file, only through its shell
	const child = spawn(program, args, {
		cwd: root,
		stdio: 'inherit',
		shell: process.platform === 'win32',
	});
	const release = endWithUs(child);
	return await new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', (code) => resolve(code ?? 1));
	}).finally(release);
}

/** Passes on what tells us to end, and ends after the child has. */
function endWithUs(child) {
	let told;
	const passOn = (signal) => {
		told = signal;
		child.kill(signal);
	};
	for (const signal of SIGNALS) process.on(signal, passOn);
	return () => {
		for (const signal of SIGNALS) process.off(signal, passOn);
		if (told) process.kill(process.pid, told);
	};
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
