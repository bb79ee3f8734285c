import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { runCommand } from '../system/command.mjs';
import { projectRoot } from '../system/project-root.mjs';
import { TiedProcess } from '../system/child-process.mjs';
import { installN8n } from '../install.mjs';

/** A program to run in a folder, as another user if need be. */
export interface Program {
	readonly file: string;
	readonly args: readonly string[];
	readonly folder: string;
	readonly user?: User;
	/** What one that was killed leaves behind to show that it runs: a process number that may be in use again. */
	readonly lockFile?: string;
}

export interface User {
	readonly uid: number;
	readonly gid: number;
}

export interface Service {
	stop(): Promise<void>;
	/** Kills it, as a crash would, and starts it again on the same data and port. */
	restart(): Promise<void>;
}

const READY_TIMEOUT_MS = 60_000;
const LOOK_AGAIN_MS = 50;

/** Starts a server; resolves when its log says that it is ready. It ends with this process, however that ends. */
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

async function launch(program: Program, readyLog: RegExp): Promise<TiedProcess> {
	const service = new TiedProcess(await keeping(program));
	const deadline = Date.now() + READY_TIMEOUT_MS;
	while (!readyLog.test(service.logs())) {
		if (!service.isRunning || Date.now() > deadline) {
			await service.kill();
			throw new Error(`${program.file} did not start:\n${service.logs()}`);
		}
		await sleep(LOOK_AGAIN_MS);
	}
	return service;
}

/** Runs a program to its end. Throws CommandFailed. */
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
