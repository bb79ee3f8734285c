/** Distributes scenarios to processes, one per core. */
import { fork } from 'node:child_process';
import path from 'node:path';

import { projectRoot } from '../n8n-harness/system/project-root.mjs';

/** What one process runs. The same batch is the same scenarios on every machine. */
export interface Batch {
	readonly seed: number;
	readonly runs: number;
	/** The folder of the built package. */
	readonly dist: string;
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

/** How many scenarios a process has run so far. */
export type OnProgress = (scenarios: number) => void;

export type Message = { readonly progress: number } | { readonly result: BatchResult };

/** Few enough scenarios to run a batch again by itself. */
const BATCH_SIZE = 10_000;

export function batchesOf({ dist, seed, runs }: Batch): Batch[] {
	return Array.from({ length: Math.ceil(runs / BATCH_SIZE) }, (_, number) => ({
		dist,
		seed: seed + number,
		runs: Math.min(BATCH_SIZE, runs - number * BATCH_SIZE),
	}));
}

/** Runs all batches, or until one fails. */
export async function runBatches(
	batches: readonly Batch[],
	processes: number,
	onProgress: OnProgress,
): Promise<BatchResult[]> {
	const progress = new Map<Batch, number>();
	let failed = false;
	const results = await inParallel(batches, processes, async (batch) => {
		if (failed) return null;
		const result = await runBatch(batch, (scenarios) => {
			progress.set(batch, scenarios);
			onProgress([...progress.values()].reduce((sum, count) => sum + count, 0));
		});
		if (result.failure !== null) failed = true;
		return result;
	});
	return results.filter((result) => result !== null);
}

export async function runBatch(
	batch: Batch,
	onProgress: OnProgress = () => {},
): Promise<BatchResult> {
	const worker = path.join(projectRoot(), 'test', 'fuzz', 'worker.mts');
	const child = fork(worker, [JSON.stringify(batch)], { execArgv: ['--import', 'tsx'] });
	return await new Promise((resolve, reject) => {
		child.on('message', (message: Message) => {
			if ('result' in message) resolve(message.result);
			else onProgress(message.progress);
		});
		child.once('error', reject);
		child.once('exit', (code) => reject(new Error(`a fuzz process ended with exit code ${code}`)));
	});
}

/** Resolves with the results in the order of the inputs. */
export async function inParallel<T, R>(
	inputs: readonly T[],
	limit: number,
	run: (input: T) => Promise<R>,
): Promise<R[]> {
	const results: R[] = [];
	const entries = inputs.entries();
	const work = async () => {
		for (const [index, input] of entries) results[index] = await run(input);
	};
	await Promise.all(Array.from({ length: limit }, work));
	return results;
}
