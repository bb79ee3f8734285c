import type { ExecutionStatus } from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Sandbox } from '../test/n8n-harness/sandbox.mjs';

const TIMEOUT_MS = 900_000;

export async function count(
	{ client }: Pick<Sandbox, 'client'>,
	workflowId: string,
	...status: ExecutionStatus[]
): Promise<number> {
	return await client.countExecutions({ workflowId, status });
}

export async function waitUntil(isMet: () => Promise<boolean>): Promise<void> {
	const deadline = Date.now() + TIMEOUT_MS;
	while (!(await isMet())) {
		if (Date.now() > deadline) throw new Error(`Not met within ${TIMEOUT_MS / 1000} s`);
		await sleep(500);
	}
}
