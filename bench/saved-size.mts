import { apikleyVeo } from '../test/n8n-harness/workflows.mjs';
import type { Benchmark } from './benchmark.mjs';
import type { Lab } from './test-bed.mjs';

const COUNT = 100;
const DAY_S = 24 * 3_600;
const MOST_KIB = 1_024;
/** Parked executions are woken after 65 s; a busy n8n takes its time. */
const PATIENCE_MS = 180_000;

/** What n8n keeps of a parked execution, from one lookup to the next. */
export const savedSize: Benchmark = {
	name: 'saved-size',
	title: `A parked wait of 24 h with ${COUNT} tasks, as n8n saves it`,
	async run(lab) {
		const { client, simulator } = lab;
		await simulator.reset();
		const taskIds = Array.from({ length: COUNT }, (_, n) => `endless-${n}`);
		const tasks = taskIds.map((taskId) => ({ taskId, ending: { kind: 'never' as const } }));
		await simulator.addTasks(tasks);
		const id = await start(lab, taskIds);
		const sizes: number[] = [];
		for (const lookups of [1, 2, 3]) {
			await simulator.waitFor({ requests: lookups * COUNT, timeoutMs: PATIENCE_MS });
			const { stored } = await client.waitForStatus(
				id,
				(status) => status === 'waiting',
				PATIENCE_MS,
			);
			sizes.push(stored.length / 1024);
		}
		await client.stopExecution(id);
		const [first = 0, , third = Infinity] = sizes;
		const growth = third - first;
		return [
			{
				measure: 'After the first, second and third lookup of each task',
				ours: sizes.map((size) => `${size.toFixed(1)} KiB`).join(', '),
				result: `${third.toFixed(0)} KiB, ${growth.toFixed(1)} KiB a lookup`,
				target: `≤ ${MOST_KIB} KiB, no growth`,
				met: third <= MOST_KIB && growth < 1,
			},
		];
	},
};

async function start(lab: Lab, taskIds: readonly string[]): Promise<string> {
	const { client, credential } = lab;
	const parameters = {
		operation: 'waitUntilComplete',
		taskId: '={{ $json.taskId }}',
		whileWaiting: 'park',
		polling: { parkAfter: 0, timeout: DAY_S },
	};
	const { workflowId, call } = await lab.serve(apikleyVeo(parameters, credential));
	await call(taskIds);
	const [execution] = await client.listExecutions({ workflowId });
	if (execution === undefined) throw new Error('The execution did not start');
	return execution.id;
}
