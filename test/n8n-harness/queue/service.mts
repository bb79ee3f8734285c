import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { runCommand } from '../system/command.mjs';
import { projectRoot } from '../system/project-root.mjs';
import { ManagedProcess } from '../system/child-process.mjs';
import { installN8n } from '../install.mjs';

/** A program to run in a folder, as another user if necessary. */
export interface Program {
	readonly file: string;
	readonly args: readonly string[];
	readonly folder: string;
	readonly user?: User;
	/** A file that claims the program is still running. It stays when the program is killed. */
	readonly lockFile?: string;
}

export interface User {
	readonly uid: number;
	readonly gid: number;
}

export interface Service {
	stop(): Promise<void>;
	/** Kills the service, as a crash would, and starts it again on the same data and port. */
	restart(): Promise<void>;
}

const READY_TIMEOUT_MS = 60_000;
const POLL_INTERVAL_MS = 50;

/** Starts a server, and resolves when its log says that it is ready. It ends with this process, however that ends. */
export async function startService(program: Program, readyLog: RegExp): Promise<Service> {
	let service = await launch(program, readyLog);
	return {
		stop: async () => await service.stop(),
		restart: async () => {
			await service.kill();
			if (program.lockFile) await rm(program.lockFile, { force: true });
			service = await launch(program, readyLog);
		},
	};
}

async function launch(program: Program, readyLog: RegExp): Promise<ManagedProcess> {
	const service = new ManagedProcess(await keeping(program));
	const deadline = Date.now() + READY_TIMEOUT_MS;
	while (!readyLog.test(service.logs())) {
		if (!service.isRunning || Date.now() > deadline) {
			await service.kill();
			throw new Error(`${program.file} did not start:\n${service.logs()}`);
		}
		await sleep(POLL_INTERVAL_MS);
	}
	return service;
}

/** Runs a program. Throws CommandFailed unless its exit code is 0. */
export async function runProgram(program: Program): Promise<void> {
	const { node, script, args, cwd, env } = await keeping(program);
	await runCommand(node, [script, ...args], { cwd, env });
}

async function keeping({ file, args, folder, user }: Program) {
	const { node } = await installN8n();
	return {
		node,
		script: path.join(projectRoot(), 'test', 'n8n-harness', 'queue', 'keep.mts'),
		args: [file, ...args],
		cwd: folder,
		env: { ...process.env, ...(user && { KEEP_AS: `${user.uid}:${user.gid}` }) },
	};
}
