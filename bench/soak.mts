import { setTimeout as sleep } from 'node:timers/promises';

import { atMost, type Benchmark } from './benchmark.mjs';
import { createTasks, SUCCESS_NOT_SAVED } from './test-bed.mjs';

const MINUTES = 30;
const WARM_UP_MINUTES = 5;
/** One execution starts each minute, so that about five run at any time, with 1,000 tasks in all. */
const TASKS_PER_EXECUTION = 360;
const START_EVERY_S = 60;
const MIN_DURATION_S = 60;
const MAX_DURATION_S = 270;
/** n8n's own memory also grows over time, e.g. by the workflows it has loaded. */
const MAX_GROWTH_MIB = 10;

const WAIT = { operation: 'waitUntilComplete', polling: { interval: 10, timeout: 3_600 } };

/** Looks for leaks: of memory, or of listeners (Node warns about those). */
export const soak: Benchmark = {
	name: 'soak',
	title: `${MINUTES} minutes of executions that keep running, 1000 tasks at any time`,
	async run(bed) {
		const { simulator, meter } = bed;
		await bed.simulate([]);
		const { call } = await bed.serve(bed.veoNode(WAIT), SUCCESS_NOT_SAVED);
		const readings: number[] = [];
		const endsAt = Date.now() + MINUTES * 60_000;
		for (let execution = 0; Date.now() < endsAt; execution++) {
			const next = sleep(START_EVERY_S * 1_000);
			const tasks = createTasks(`soak-${execution}`, TASKS_PER_EXECUTION, (n) => ({
				durationSeconds:
					MIN_DURATION_S + ((MAX_DURATION_S - MIN_DURATION_S) * n) / TASKS_PER_EXECUTION,
			}));
			await simulator.addTasks(tasks);
			await call(tasks);
			await next;
			readings.push((await meter.readCollected()).heapMiB);
		}
		const { requests } = await simulator.summary();
		const warm = readings.slice(Math.ceil((WARM_UP_MINUTES * 60) / START_EVERY_S));
		const growth = slopeOf(warm) * warm.length;
		const warnings = bed.logs().match(/MaxListenersExceededWarning/g)?.length ?? 0;
		return [
			{
				measure: `Memory that n8n holds, from minute ${WARM_UP_MINUTES} to ${MINUTES}`,
				ours: `${requests} checks, ${Math.min(...warm).toFixed(0)} to ${Math.max(...warm).toFixed(0)} MiB`,
				result: `trend ${growth.toFixed(1)} MiB`,
				target: atMost(growth, MAX_GROWTH_MIB, ' MiB'),
			},
			{
				measure: 'Warnings about too many listeners',
				ours: String(warnings),
				result: String(warnings),
				target: { text: '0', isMet: warnings === 0 },
			},
		];
	},
};

/** The slope of the regression line: the average growth from one value to the next. */
function slopeOf(values: readonly number[]): number {
	const middle = (values.length - 1) / 2;
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	const covariance = values.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0);
	const variance = values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
	return covariance / variance;
}
