import { setTimeout as sleep } from 'node:timers/promises';

import type { N8nClient } from '../client.mjs';

const POLL_INTERVAL_MS = 1_000;

/**
 * Calls `startOver` after each run of the workflow, so that the tasks take their time again when the user runs it in the
 * editor. Ends with the process.
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
		await sleep(POLL_INTERVAL_MS);
	}
}
