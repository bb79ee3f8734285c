import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { packCommit, preparedTarball } from '../n8n-harness/package-under-test.mjs';
import type { Progress } from '../n8n-harness/system/progress.mjs';

/** A build whose saved workflows and parked executions the present one must continue. */
export interface FormerBuild {
	readonly commit: string;
	/** Whether it has operations that create tasks, and the trigger. */
	readonly creates: boolean;
}

/** One for each form in which runs were saved (`VERSION` in savedRun.ts), the oldest first. */
export const FORMER_BUILDS: readonly [FormerBuild, ...FormerBuild[]] = [
	{ commit: 'cd35645', creates: false },
	{ commit: '6ee880e', creates: true },
];

/** The tarball of a build that `packFormerBuilds` has packed. */
export function tarballOf({ commit }: FormerBuild): string {
	return path.join(path.dirname(preparedTarball()), `former-build-${commit}.tgz`);
}

/** Builds and packs all of them, once. Throws CommandFailed if git does not have their commits. */
export async function packFormerBuilds(progress: Progress): Promise<void> {
	for (const build of FORMER_BUILDS) {
		const tarball = tarballOf(build);
		if (existsSync(tarball)) continue;
		const folder = await fs.mkdtemp(path.join(tmpdir(), 'n8n-nodes-apikley-former-build-'));
		await progress(`Building the package of ${build.commit}`, async () => {
			await fs.cp(await packCommit(build.commit, folder), `${tarball}.new`);
			await fs.rename(`${tarball}.new`, tarball);
		});
		await fs.rm(folder, { recursive: true });
	}
}
