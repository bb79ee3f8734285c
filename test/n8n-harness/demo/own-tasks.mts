import type { RealApi } from './settings.mjs';
import type { OutputName, TaskRow } from './task-row.mjs';
import type { TaskSource } from './task-source.mjs';

/** As in the node's own defaults. */
const INTERVAL_SECONDS = 10;
const TIMEOUT_SECONDS = 900;

const OUTPUT_FOR: Readonly<Record<string, OutputName>> = {
	succeeded: 'Succeeded',
	failed: 'Failed',
	generating: 'Still Generating',
};

/** Tasks of the user at the real API: how they end is not known, but which output that means. */
export function ownTasks({ apiKey, baseUrl, taskIds }: RealApi): TaskSource {
	return {
		label: 'real API',
		apiKey,
		baseUrl,
		tasks: taskIds.map((taskId) => ({ taskId, fate: 'A task of your own' })),
		interval: INTERVAL_SECONDS,
		timeout: TIMEOUT_SECONDS,
		faultsOf,
		startOver: () => undefined,
		close: async () => undefined,
	};
}

function faultsOf({ status, output, problem }: TaskRow): string[] {
	if (problem !== null) return [problem];
	const wanted = OUTPUT_FOR[status ?? ''];
	if (wanted === undefined) return [`its status is ${JSON.stringify(status)}`];
	return wanted === output ? [] : [`it is ${status}, but came out of ${output}`];
}
