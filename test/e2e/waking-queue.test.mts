import { postItems } from '../n8n-harness/core-nodes.mjs';
import { startCluster } from '../n8n-harness/queue/cluster.mjs';
import { findQueuePrograms } from '../n8n-harness/queue/programs.mjs';
import { addressNode, callback, CallableExecution } from './support/callable-execution.mjs';
import { endedWhileParked, parked } from './support/parking.mjs';
import { TestBed } from './support/test-bed.mjs';

const TIMEOUT_MS = 600_000;
const EXECUTIONS = 20;

const programs = findQueuePrograms();
const missing = 'missing' in programs ? `Not found: ${programs.missing.join(', ')}` : null;
const isSkipped = missing !== null && process.env.CI !== 'true';
if (isSkipped) console.warn(`${missing}. The test of callbacks in n8n's queue mode is skipped.`);

(isSkipped ? test.skip : test)(
	'in queue mode each of 20 parked executions is resumed once by its callback, which comes twice',
	async () => {
		if ('missing' in programs) throw new Error(missing ?? '');
		const start = async () => await startCluster({ programs, workers: 2, concurrency: 5 });
		const bed = await TestBed.open({ start, parks: true });
		try {
			const taskIds = Array.from({ length: EXECUTIONS }, (_, number) => `queue-${number}`);
			bed.simulator.addTasks(taskIds.map((taskId) => ({ taskId })));
			const parameters = {
				...parked({ initialDelay: 3_000, timeout: 3_600 }),
				taskId: '={{ $json.body.taskId }}',
			};
			const { id, call } = await bed.activate((webhook) =>
				webhook.then(addressNode).then(bed.node({ parameters })).then(postItems(bed.sink.url)),
			);
			await Promise.all(taskIds.map(async (taskId) => await call({ taskId })));
			const executionIds = await bed.watcher.waitForCount(id, EXECUTIONS, 'waiting');
			const executions = await Promise.all(
				executionIds.map(async (each) => await CallableExecution.of(bed, each)),
			);
			await Promise.all(
				executions.flatMap((execution) =>
					[1, 2].map(async () => await execution.call(callback(execution.taskId))),
				),
			);
			await bed.sink.waitForTasks(taskIds);
			await bed.watcher.waitForCount(id, EXECUTIONS, 'success');
			for (const taskId of taskIds) {
				expect(bed.sink.forTasks([taskId])).toEqual([endedWhileParked(taskId, 'succeeded', 1)]);
				expect(bed.lookups(taskId)).toBe(1);
			}
		} finally {
			await bed.close();
		}
	},
	TIMEOUT_MS,
);
