import { setTimeout as sleep } from 'node:timers/promises';

import { apikleyVeo } from '../test/n8n-harness/workflows.mjs';
import type { Benchmark } from './benchmark.mjs';

const MINUTES = 30;
const WARM_UP_MINUTES = 5;
/** Executions that come and go, five of them at any time, with 1,000 tasks among them. */
const TASKS_EACH = 360;
const EVERY_S = 60;
const SHORTEST_S = 60;
const LONGEST_S = 270;
/** n8n itself keeps more as time goes on, such as the workflows it has seen. */
const MOST_GROWTH_MIB = 10;

const WAITING = {
	operation: 'waitUntilComplete',
	taskId: '={{ $json.taskId }}',
	polling: { interval: 10, timeout: 3_600 },
};
const NOT_SAVED = { executionOrder: 'v1', saveDataSuccessExecution: 'none' } as const;

/** Whether anything is left behind: memory, or listeners that Node warns of. */
export const soak: Benchmark = {
	name: 'soak',
	title: `${MINUTES} minutes of waiting in memory, 1000 tasks coming and going`,
	async run(lab) {
		const { simulator, meter, credential } = lab;
		await simulator.reset();
		await simulator.setOptions({ logRequests: 'summaryOnly' });
		const { call } = await lab.serve(apikleyVeo(WAITING, credential), NOT_SAVED);
		const readings: number[] = [];
		const endsAt = Date.now() + MINUTES * 60_000;
		for (let batch = 0; Date.now() < endsAt; batch++) {
			const next = sleep(EVERY_S * 1_000);
			const taskIds = Array.from({ length: TASKS_EACH }, (_, n) => `soak-${batch}-${n}`);
			await simulator.addTasks(
				taskIds.map((taskId, n) => ({
					taskId,
					durationSeconds: SHORTEST_S + ((LONGEST_S - SHORTEST_S) * n) / TASKS_EACH,
				})),
			);
			await call(taskIds);
			await next;
			readings.push((await meter.readCollected()).heapMiB);
		}
		const { requests } = await simulator.summary();
		const settled = readings.slice(Math.ceil((WARM_UP_MINUTES * 60) / EVERY_S));
		const growth = slopeOf(settled) * settled.length;
		const warnings = lab.logs().match(/MaxListenersExceededWarning/g)?.length ?? 0;
		return [
			{
				measure: `Memory that n8n holds, from minute ${WARM_UP_MINUTES} to ${MINUTES}`,
				ours: `${requests} lookups, ${Math.min(...settled).toFixed(0)} to ${Math.max(...settled).toFixed(0)} MiB`,
				result: `trend ${growth.toFixed(1)} MiB`,
				target: `≤ ${MOST_GROWTH_MIB} MiB`,
				met: growth <= MOST_GROWTH_MIB,
			},
			{
				measure: 'Warnings of too many listeners',
				ours: String(warnings),
				result: String(warnings),
				target: '0',
				met: warnings === 0,
			},
		];
	},
};

/** Of the straight line that comes closest to all values: growth from one to the next. */
function slopeOf(values: readonly number[]): number {
	const middle = (values.length - 1) / 2;
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	const covariance = values.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0);
	const variance = values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
	return covariance / variance;
}
