/** Shares a campaign out to processes, one for each core. */
import { fork } from 'node:child_process';
import path from 'node:path';

import { projectRoot } from '../n8n-harness/system/project-root.mjs';

/** What one process plays. The same share is the same scripts, on every machine. */
export interface Share {
	readonly seed: number;
	readonly runs: number;
	/** Folder of the built package. */
	readonly dist: string;
}

export interface ShareResult {
	/** With those that shrinking took. */
	readonly played: number;
	readonly requests: number;
	readonly failure: {
		readonly seed: number;
		/** As small as it got. */
		readonly script: string;
		readonly complaint: string;
		readonly shrinks: number;
	} | null;
}

/** How many scripts a process has played so far. */
export interface Progress {
	readonly played: number;
}

/** Scripts of one share: few enough that a share can be played again by itself. */
const SHARE_RUNS = 10_000;

export function sharesOf(dist: string, seed: number, runs: number): Share[] {
	return Array.from({ length: Math.ceil(runs / SHARE_RUNS) }, (_, number) => ({
		dist,
		seed: seed + number,
		runs: Math.min(SHARE_RUNS, runs - number * SHARE_RUNS),
	}));
}

/** Plays all shares, or until one fails. */
export async function playAll(
	shares: readonly Share[],
	processes: number,
	onProgress: (played: number) => void,
): Promise<ShareResult[]> {
	const results: ShareResult[] = [];
	const underWay = new Map<Share, number>();
	const left = [...shares];
	const report = () => {
		const done = results.reduce((sum, { played }) => sum + played, 0);
		onProgress([...underWay.values()].reduce((sum, played) => sum + played, done));
	};
	const work = async () => {
		for (let share = left.shift(); share !== undefined; share = left.shift()) {
			const mine = share;
			const result = await playShare(mine, ({ played }) => {
				underWay.set(mine, played);
				report();
			});
			underWay.delete(mine);
			results.push(result);
			if (result.failure !== null) left.length = 0;
		}
	};
	await Promise.all(Array.from({ length: processes }, work));
	return results;
}

export async function playShare(
	share: Share,
	onProgress: (progress: Progress) => void = () => {},
): Promise<ShareResult> {
	const worker = path.join(projectRoot(), 'test', 'fuzz', 'worker.mts');
	const child = fork(worker, [JSON.stringify(share)], { execArgv: ['--import', 'tsx'] });
	return await new Promise((resolve, reject) => {
		child.on('message', (message: Progress | { result: ShareResult }) => {
			if ('result' in message) resolve(message.result);
			else onProgress(message);
		});
		child.once('error', reject);
		child.once('exit', (code) =>
			reject(new Error(`a process of the campaign ended: exit ${code}`)),
		);
	});
}
