import { setTimeout as sleep } from 'node:timers/promises';

import type { N8nClient } from '../client.mjs';

const LOOK_AGAIN_MS = 1_000;

/**
 * Calls `startOver` whenever a run of the workflow has ended, so that whoever runs it in the editor sees the tasks
 * take their time again. Ends with the process.
 */
export async function startOverAfterEachRun(
	client: N8nClient,
	workflowId: string,
	startOver: () => void,
): Promise<never> {
	let last: string | undefined;
	for (;;) {
		const status = ['success', 'error', 'canceled', 'crashed'] as const;
		const [latest] = await client
			.listExecutions({ workflowId, status: [...status] })
			.catch(() => []);
		if (latest && latest.id !== last) {
			last = latest.id;
			startOver();
		}
		await sleep(LOOK_AGAIN_MS);
	}
}
