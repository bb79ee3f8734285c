import { startCluster, type Cluster } from '../n8n-harness/queue/cluster.mjs';
import { findQueuePrograms } from '../n8n-harness/queue/programs.mjs';
import { ExecutionBatch } from './support/execution-batch.mjs';
import { TestBed } from './support/test-bed.mjs';

const TIMEOUT_MS = 600_000;

const programs = findQueuePrograms();
const missing = 'missing' in programs ? `Not found: ${programs.missing.join(', ')}` : null;
const isSkipped = missing !== null && process.env.CI !== 'true';
if (isSkipped) console.warn(`${missing}. The test of n8n's queue mode is skipped.`);

(isSkipped ? test.skip : test)(
	'in queue mode 20 parked executions survive kill -9 of the main process and both workers',
	async () => {
		if ('missing' in programs) throw new Error(missing ?? '');
		let cluster: Cluster | undefined;
		const start = async () =>
			(cluster = await startCluster({ programs, workers: 2, concurrency: 5 }));
		const testBed = await TestBed.open({ start, parks: true });
		try {
			const batch = await ExecutionBatch.park(testBed, 20);
			const workers = cluster?.workers ?? [];
			await Promise.all([testBed.restart('kill'), ...workers.map((worker) => worker.restart())]);
			await batch.expectEachToEndRightOnce();
		} finally {
			await testBed.close();
		}
	},
	TIMEOUT_MS,
);
