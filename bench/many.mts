import type { LoggedRequest } from '../test/simulator/request-log.mjs';
import { atMost, type Benchmark, type Row } from './benchmark.mjs';
import { watchMemory, type MemoryGrowth } from './memory-growth.mjs';
import { startProbes } from './probes.mjs';
import { sampleOf } from './sample.mjs';
import { createTasks, expectSucceeded, type Measured, type TestBed } from './test-bed.mjs';

const COUNT = 5_000;
const MIN_DURATION_S = 10;
const MAX_DURATION_S = 300;
const LONG_INTERVAL_S = 60;
/** Takes more lookups a second than an n8n on two cores can do. */
const SHORT_INTERVAL_S = 5;
const MARGIN_S = 65;
const MAX_MEMORY_MIB = 150;
const MAX_RESPONSE_S = 2;
const MAX_STRETCH = 2;
/** An interval is only compared with those that end in the same 20 s, because fewer and fewer tasks are left over time. */
const WINDOW_MS = 20_000;

const TASKS = createTasks('many', COUNT, (n) => ({
	durationSeconds:
		MIN_DURATION_S + ((MAX_DURATION_S - MIN_DURATION_S) * ((n * 7_919) % COUNT)) / (COUNT - 1),
}));

/** While there is enough memory, V8 keeps garbage: at times 300 MiB, whatever code it comes from. */
const COLLECT_EVERY_MS = 15_000;

interface Run extends Measured {
	/** The slowest response of another workflow, in seconds. */
	readonly maxResponse: number;
	readonly growth: MemoryGrowth;
	readonly requests: readonly LoggedRequest[];
}

export const many: Benchmark = {
	name: 'many',
	title: `${COUNT} tasks of ${MIN_DURATION_S} to ${MAX_DURATION_S} s in one execution that keeps running`,
	async run(bed) {
		const long = await waitWith(bed, LONG_INTERVAL_S);
		const short = await waitWith(bed, SHORT_INTERVAL_S);
		return [...longIntervalRows(long), ...shortIntervalRows(short)];
	},
};

async function waitWith(bed: TestBed, interval: number): Promise<Run> {
	const polling = { interval, timeout: 3_600 };
	const run = await bed.prepare(bed.veoNode({ operation: 'waitUntilComplete', polling }));
	const stopProbes = await startProbes(bed.client);
	const stopWatching = await watchMemory(bed.meter, COLLECT_EVERY_MS);
	await bed.simulate(TASKS);
	let maxResponse = NaN;
	let growth: MemoryGrowth = { processMiB: NaN, heldMiB: NaN };
	const measured = await run(TASKS, async (atResponse) => {
		growth = await stopWatching(atResponse);
		maxResponse = (await stopProbes()).ran.max;
	});
	expectSucceeded(measured, COUNT);
	return { ...measured, maxResponse, growth, requests: await bed.simulator.requests() };
}

function longIntervalRows({ wallSeconds, requests, growth, maxResponse }: Run): Row[] {
	const interval = `Interval ${LONG_INTERVAL_S} s`;
	const overrun = wallSeconds - MAX_DURATION_S;
	const { processMiB, heldMiB } = growth;
	return [
		{
			measure: `${interval}: time beyond the longest task`,
			ours: `${wallSeconds.toFixed(1)} s, ${requests.length} checks`,
			result: `${overrun.toFixed(1)} s`,
			target: atMost(overrun, MARGIN_S, ' s'),
		},
		{
			measure: `${interval}: growth of n8n's memory, garbage collected every ${COLLECT_EVERY_MS / 1000} s`,
			ours: `at most ${processMiB.toFixed(0)} MiB, memory in use ${heldMiB.toFixed(0)} MiB`,
			result: `${processMiB.toFixed(0)} MiB`,
			target: atMost(processMiB, MAX_MEMORY_MIB, ' MiB'),
		},
		{
			measure: `${interval}: response time of another workflow`,
			ours: `at most ${maxResponse.toFixed(2)} s`,
			result: `${maxResponse.toFixed(2)} s`,
			target: atMost(maxResponse, MAX_RESPONSE_S, ' s'),
		},
	];
}

function shortIntervalRows({ requests, node, wallSeconds, maxResponse }: Run): Row[] {
	const { median, maxStretch } = intervalsOf(requests);
	const hasHint = node.hints.length > 0;
	const rate = requests.length / wallSeconds;
	return [
		{
			measure: `Interval ${SHORT_INTERVAL_S} s: time between two checks of a task`,
			ours: `median ${median.toFixed(1)} s, ${rate.toFixed(0)} checks/s`,
			result: `longest ${maxStretch.toFixed(2)} × the median of its time`,
			target: {
				text: `≤ ${MAX_STRETCH}, and a hint`,
				isMet: maxStretch <= MAX_STRETCH && hasHint,
			},
		},
		{
			measure: `Interval ${SHORT_INTERVAL_S} s: response time of another workflow`,
			ours: `at most ${maxResponse.toFixed(2)} s`,
			result: hasHint ? 'with a hint' : 'without a hint',
		},
	];
}

/** Their median in seconds, and the largest ratio of one to the median of those that end at the same time. */
function intervalsOf(requests: readonly LoggedRequest[]) {
	const last = new Map<string | null, number>();
	const windows = new Map<number, number[]>();
	for (const { taskId, startedAt } of requests) {
		const before = last.get(taskId);
		last.set(taskId, startedAt);
		if (before === undefined) continue;
		const window = Math.floor(startedAt / WINDOW_MS);
		const intervals = windows.get(window) ?? [];
		intervals.push((startedAt - before) / 1000);
		windows.set(window, intervals);
	}
	const samples = [...windows.values()].map(sampleOf);
	return {
		median: sampleOf([...windows.values()].flat()).median,
		maxStretch: Math.max(...samples.map(({ median, max }) => max / median)),
	};
}
