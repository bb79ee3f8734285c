import { postItems } from '../../n8n-harness/core-nodes.mjs';
import { endedWhileParked, type ParkingLab } from './parking-test-bed.mjs';

/** Many executions in production, each parked for a task of its own, and each posting how it came out. */
export class Fleet {
	private constructor(
		private readonly lab: ParkingLab,
		private readonly workflowId: string,
		private readonly taskIds: readonly string[],
	) {}

	/** Resolves when all of them are parked. */
	static async park(lab: ParkingLab, size: number): Promise<Fleet> {
		const taskIds = Array.from({ length: size }, (_, number) => `fleet-${number}`);
		lab.tasks(...taskIds);
		const parameters = { taskId: '={{ $json.body.taskId }}' };
		const { id, call } = await lab.activate((webhook) =>
			webhook.then(lab.node({ parameters })).then(postItems(lab.inbox.url)),
		);
		await Promise.all(taskIds.map(async (taskId) => await call({ taskId })));
		await lab.watch.untilThere(id, size, 'waiting');
		return new Fleet(lab, id, taskIds);
	}

	/** How many are parked now. */
	async parked(): Promise<number> {
		const filter = { workflowId: this.workflowId, status: ['waiting' as const] };
		return (await this.lab.client.listExecutions(filter)).length;
	}

	/** Waits for the end of all: each has ended right, once, after as many lookups as it takes and not one more. */
	async expectEachToEndRightOnce(): Promise<void> {
		const { inbox, watch, lookups } = this.lab;
		await inbox.untilAbout(this.taskIds);
		await watch.untilThere(this.workflowId, this.taskIds.length, 'success');
		for (const taskId of this.taskIds) {
			expect(inbox.about([taskId])).toEqual([endedWhileParked(taskId)]);
			expect(lookups(taskId)).toBe(2);
		}
	}
}
