/** Runs scenarios in processes of their own, because each process replaces its time. */
import { fork } from 'node:child_process';
import path from 'node:path';

import { projectRoot } from '../n8n-harness/system/project-root.mjs';

/** What one process runs. The same batch is the same scenarios on every machine. */
export interface Batch {
	readonly seed: number;
	readonly runs: number;
	/** The folder of the built package. */
	readonly dist: string;
	/** Whether the scenario of a failure is made as small as it can be, which takes time. */
	readonly shrinks: boolean;
}

export interface BatchResult {
	/** Those of shrinking included. */
	readonly scenarios: number;
	readonly requests: number;
	readonly failure: Failure | null;
}

export interface Failure {
	readonly seed: number;
	/** After shrinking. */
	readonly scenario: string;
	readonly violations: string;
	readonly shrinks: number;
}

/** Few enough scenarios to run a batch again by itself. */
const BATCH_SIZE = 10_000;

export function batchesOf({ seed, runs, ...batch }: Batch): Batch[] {
	return Array.from({ length: Math.ceil(runs / BATCH_SIZE) }, (_, number) => ({
		...batch,
		seed: seed + number,
		runs: Math.min(BATCH_SIZE, runs - number * BATCH_SIZE),
	}));
}

export async function runBatch(batch: Batch): Promise<BatchResult> {
	const worker = path.join(projectRoot(), 'test', 'fuzz', 'worker.mts');
	const child = fork(worker, [JSON.stringify(batch)], { execArgv: ['--import', 'tsx'] });
	return await new Promise((resolve, reject) => {
		child.once('message', (result) => resolve(result as BatchResult));
		child.once('error', reject);
		child.once('exit', (code) => reject(new Error(`a fuzz process ended with exit code ${code}`)));
	});
}
