import { postItems } from '../../n8n-harness/core-nodes.mjs';
import { endedWhileParked, parked } from './parking.mjs';
import type { TestBed } from './test-bed.mjs';

/** Even on a busy machine, all are parked, and n8n is killed, before the first one is due. */
export const UNTIL_DUE = { interval: 180 };

/** Many production executions, each parked for its own task, and each posting its result. */
export class ExecutionBatch {
	private constructor(
		private readonly testBed: TestBed,
		private readonly workflowId: string,
		private readonly taskIds: readonly string[],
	) {}

	/** Resolves when all executions are parked. */
	static async park(testBed: TestBed, size: number): Promise<ExecutionBatch> {
		const taskIds = Array.from({ length: size }, (_, number) => `batch-${number}`);
		testBed.addTasks(...taskIds);
		const parameters = { taskId: '={{ $json.body.taskId }}', ...parked(UNTIL_DUE) };
		const { id, call } = await testBed.activate((webhook) =>
			webhook.then(testBed.node({ parameters })).then(postItems(testBed.sink.url)),
		);
		await Promise.all(taskIds.map(async (taskId) => await call({ taskId })));
		await testBed.watcher.waitForCount(id, size, 'waiting');
		return new ExecutionBatch(testBed, id, taskIds);
	}

	/** The number of executions that are parked now. */
	async countParked(): Promise<number> {
		const filter = { workflowId: this.workflowId, status: ['waiting' as const] };
		return await this.testBed.client.countExecutions(filter);
	}

	/** Waits for all to end. Expects the right result of each, once, after no unnecessary lookup. */
	async expectEachToEndRightOnce(): Promise<void> {
		const { sink, watcher, lookups } = this.testBed;
		await sink.waitForTasks(this.taskIds);
		await watcher.waitForCount(this.workflowId, this.taskIds.length, 'success');
		for (const taskId of this.taskIds) {
			expect(sink.forTasks([taskId])).toEqual([endedWhileParked(taskId)]);
			expect(lookups(taskId)).toBe(2);
		}
	}
}
