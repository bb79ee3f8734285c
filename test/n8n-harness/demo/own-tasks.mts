import type { RealApi } from './settings.mjs';
import type { OutputName, TaskRow, TaskSource } from './task-source.mjs';

/** The defaults of the node. */
const INTERVAL_SECONDS = 10;
const TIMEOUT_SECONDS = 900;

const OUTPUT_FOR: Readonly<Record<string, OutputName>> = {
	succeeded: 'Succeeded',
	failed: 'Failed',
	generating: 'Pending',
};

/** The user's tasks at the real API. How they end is unknown, but each status has its output. */
export function ownTasks({ apiKey, baseUrl, taskIds }: RealApi): TaskSource {
	return {
		label: 'real API',
		apiKey,
		baseUrl,
		tasks: taskIds.map((taskId) => ({ taskId, outcome: 'Your own task' })),
		interval: INTERVAL_SECONDS,
		timeout: TIMEOUT_SECONDS,
		generation: null,
		faultsOf,
		startOver: () => undefined,
		close: async () => undefined,
	};
}

function faultsOf({ status, output, problem }: TaskRow): string[] {
	if (problem !== null) return [problem];
	const wanted = OUTPUT_FOR[status ?? ''];
	if (wanted === undefined) return [`its status is ${JSON.stringify(status)}`];
	return wanted === output ? [] : [`its status is ${status}, but it came out of ${output}`];
}
