/**
 * Plain JavaScript that only needs Node's own modules, because it runs before anything is installed.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { copyFile, cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { withTarballAddresses } from './lock-file.mjs';

const OLDEST_NODE = 20;
const PROGRESS_INTERVAL_MS = 15_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const PARENT = process.ppid;
const isWindows = process.platform === 'win32';
const PARENT_CHECK_MS = 500;
/** npm ignores signals during an install. */
const KILL_INSTALL_AFTER_MS = 1_000;
const AS_LOCKED = ['--include=dev', '--replace-registry-host=npmjs', '--no-audit', '--no-fund'];

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Installs the devDependencies if one is missing or its version differs from the lock file. */
export async function installDependencies() {
	refuseOldNode();
	if (areInstalled()) return;
	console.error('Installing the devDependencies (npm ci, about a minute) …');
	const startedAt = Date.now();
	const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
	const timer = setInterval(() => console.error(`… ${seconds()}`), PROGRESS_INTERVAL_MS);
	await installInStaging();
	clearInterval(timer);
	console.error(`Installed in ${seconds()}`);
}

/**
 * Installs in a temporary folder, because the lock file that `npm ci` reads there has the addresses of the tarballs, and
 * then moves the packages to their place.
 */
async function installInStaging() {
	const staging = path.join(root, '.n8n-sandbox', 'dependencies');
	// An install that was killed may have left it
	await rm(staging, { recursive: true, force: true });
	await mkdir(staging, { recursive: true });
	for (const file of ['package.json', '.npmrc']) {
		await copyFile(path.join(root, file), path.join(staging, file));
	}
	const lock = await readFile(path.join(root, 'package-lock.json'), 'utf8');
	await writeFile(path.join(staging, 'package-lock.json'), withTarballAddresses(lock));
	const { exitCode } = await run('npm', ['ci', ...AS_LOCKED], {
		cwd: staging,
		killAfterMs: KILL_INSTALL_AFTER_MS,
	});
	if (exitCode !== 0) process.exit(exitCode);
	await move(path.join(staging, 'node_modules'), path.join(root, 'node_modules'));
	await rm(staging, { recursive: true });
}

/** Moves a folder to the place of another. */
async function move(from, to) {
	await rm(to, { recursive: true, force: true });
	// Windows does not rename a folder while another program, e.g. a virus scanner, has one of its files open
	await rename(from, to).catch(() => cp(from, to, { recursive: true, verbatimSymlinks: true }));
}

/**
 * Runs a program. A signal that ends this process also ends the program.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {boolean} [options.capture] returns stdout and stderr together as `output`, instead of printing them
 * @param {string} [options.cwd] default: the project's folder
 * @param {number} [options.killAfterMs] kills the program so long after a signal; by default it is only passed on
 * @returns {Promise<{ exitCode: number, output: string }>} exit code 1 if a signal ended the program
 */
export async function run(program, args, { capture = false, cwd = root, killAfterMs } = {}) {
	const child = spawn(program, args, {
		cwd,
		stdio: capture ? ['ignore', 'pipe', 'pipe'] : 'inherit',
		// Windows can only start npm, a .cmd file, through its shell
		shell: isWindows,
		// A process group, because npm's shell does not pass signals on. Without pipes, the terminal signals all of them
		detached: capture && !isWindows,
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream?.setEncoding('utf8').on('data', (text) => (output += text));
	}
	const kill = (signal) => {
		try {
			process.kill(capture && !isWindows ? -child.pid : child.pid, signal);
		} catch {
			// It has just exited
		}
	};
	running.set(kill, killAfterMs);
	if (running.size === 1) listenForSignals();
	const exitCode = await new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code) => resolve(code ?? 1));
	}).finally(() => {
		running.delete(kill);
		if (running.size === 0) stopListening();
	});
	// Nothing more is started after a signal. It ends this process when the last program has exited
	if (received !== undefined) await new Promise(() => {});
	return { exitCode, output };
}

/** Sends a signal to a running program; with the time after which a signal kills it. */
const running = new Map();
/** The first signal to end this process. */
let received;
let parentCheck;

function listenForSignals() {
	for (const signal of SIGNALS) process.on(signal, forward);
	parentCheck = setInterval(() => {
		if (isOrphaned() && received === undefined) forward('SIGTERM');
	}, PARENT_CHECK_MS);
}

function forward(signal) {
	for (const [kill, killAfterMs] of running) {
		if (killAfterMs !== undefined && received === undefined) {
			setTimeout(() => kill('SIGKILL'), killAfterMs).unref();
		}
		kill(signal);
	}
	received ??= signal;
}

function stopListening() {
	clearInterval(parentCheck);
	for (const signal of SIGNALS) process.off(signal, forward);
	if (received !== undefined) process.kill(process.pid, received);
}

/** The shell between npm and this process ends on SIGTERM without passing it on. */
function isOrphaned() {
	return process.env.npm_lifecycle_event !== undefined && process.ppid !== PARENT;
}

function refuseOldNode() {
	const [major = 0] = process.versions.node.split('.').map(Number);
	if (major >= OLDEST_NODE) return;
	console.error(`Node.js ${OLDEST_NODE} or newer is required. This is ${process.versions.node}.`);
	process.exit(1);
}

/** npm records what it has installed in a lock file inside node_modules. */
function areInstalled() {
	const wanted = lockedPackages('package-lock.json');
	const installed = lockedPackages(path.join('node_modules', '.package-lock.json'));
	return Object.entries(wanted).every(
		([folder, { version, optional, devOptional }]) =>
			folder === '' ||
			installed[folder]?.version === version ||
			// npm does not install packages for other systems
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
