import { apikleyVeo } from '../test/n8n-harness/workflows.mjs';
import type { LoggedRequest } from '../test/simulator/request-log.mjs';
import type { Benchmark, Row } from './benchmark.mjs';
import type { Lab, Measured } from './test-bed.mjs';
import { MemoryWatch, type Growth } from './memory-watch.mjs';
import { Prober } from './prober.mjs';
import { sampleOf } from './sample.mjs';

const COUNT = 5_000;
const SHORTEST_S = 10;
const LONGEST_S = 300;
const WIDE_INTERVAL_S = 60;
/** More lookups a second than an n8n on two cores can do. */
const NARROW_INTERVAL_S = 5;
const MARGIN_S = 65;
const MOST_MEMORY_MIB = 150;
const SLOWEST_ANSWER_S = 2;
const WIDEST_GAP = 2;
/** Gaps are compared with others that end in the same so many seconds: fewer tasks wait, the longer it lasts. */
const WINDOW_MS = 20_000;

const TASKS = Array.from({ length: COUNT }, (_, n) => ({
	taskId: `many-${n}`,
	durationSeconds: SHORTEST_S + ((LONGEST_S - SHORTEST_S) * ((n * 7_919) % COUNT)) / (COUNT - 1),
}));

/** V8 lets garbage lie while there is memory: by 300 MiB at times, whoever has made it. */
const COLLECT_EVERY_MS = 15_000;

interface Run extends Measured {
	readonly slowestAnswer: number;
	readonly growth: Growth;
	readonly requests: readonly LoggedRequest[];
}

export const many: Benchmark = {
	name: 'many',
	title: `${COUNT} tasks of ${SHORTEST_S} to ${LONGEST_S} s in one execution, in memory`,
	async run(lab) {
		const wide = await waitFor(lab, WIDE_INTERVAL_S);
		const narrow = await waitFor(lab, NARROW_INTERVAL_S);
		return [...rowsOf(WIDE_INTERVAL_S, wide), ...stretchedRows(narrow)];
	},
};

async function waitFor(lab: Lab, interval: number): Promise<Run> {
	const { simulator } = lab;
	const run = await lab.prepare(
		apikleyVeo(
			{
				operation: 'waitUntilComplete',
				taskId: '={{ $json.taskId }}',
				polling: { interval, timeout: 3_600 },
			},
			lab.credential,
		),
	);
	await simulator.reset();
	await simulator.setOptions({ logRequests: 'withoutHeaders' });
	const prober = await Prober.start(lab.client);
	const memory = await MemoryWatch.start(lab.meter, COLLECT_EVERY_MS);
	await simulator.addTasks(TASKS);
	let slowestAnswer = NaN;
	let growth: Growth = { processMiB: NaN, heldMiB: NaN };
	const measured = await run(
		TASKS.map(({ taskId }) => taskId),
		async () => {
			growth = await memory.stop();
			slowestAnswer = (await prober.stop()).ran.most;
		},
	);
	const requests = await simulator.requests();
	const succeeded = measured.node.outputs[0]?.filter(({ json }) => json.status === 'succeeded');
	if (succeeded?.length !== COUNT) {
		throw new Error(`Of ${COUNT} tasks only ${succeeded?.length} came out as succeeded`);
	}
	return { ...measured, slowestAnswer, growth, requests };
}

function rowsOf(interval: number, run: Run): Row[] {
	const beyond = run.wallSeconds - LONGEST_S;
	const { growth } = run;
	return [
		{
			measure: `Interval ${interval} s: beyond the longest task`,
			ours: `${run.wallSeconds.toFixed(1)} s, ${run.requests.length} lookups`,
			result: `${beyond.toFixed(1)} s`,
			target: `≤ ${MARGIN_S} s`,
			met: beyond <= MARGIN_S,
		},
		{
			measure: `Interval ${interval} s: n8n's memory grows by, garbage collected every ${COLLECT_EVERY_MS / 1000} s`,
			ours: `${growth.processMiB.toFixed(0)} MiB at the most, what is in use by ${growth.heldMiB.toFixed(0)}`,
			result: `${growth.processMiB.toFixed(0)} MiB`,
			target: `≤ ${MOST_MEMORY_MIB} MiB`,
			met: growth.processMiB <= MOST_MEMORY_MIB,
		},
		{
			measure: `Interval ${interval} s: another workflow answers within`,
			ours: `${run.slowestAnswer.toFixed(2)} s at the most`,
			result: `${run.slowestAnswer.toFixed(2)} s`,
			target: `≤ ${SLOWEST_ANSWER_S} s`,
			met: run.slowestAnswer <= SLOWEST_ANSWER_S,
		},
	];
}

function stretchedRows(run: Run): Row[] {
	const { median, widest } = gapsOf(run.requests);
	const hint = run.node.hints.some(({ message }) => message.includes('the gaps stretched'));
	const rate = run.requests.length / run.wallSeconds;
	return [
		{
			measure: `Interval ${NARROW_INTERVAL_S} s: gaps between the lookups of a task`,
			ours: `${median.toFixed(1)} s in the middle, ${rate.toFixed(0)} lookups/s`,
			result: `widest ${widest.toFixed(2)} × the median of its time`,
			target: `≤ ${WIDEST_GAP}, and a hint`,
			met: widest <= WIDEST_GAP && hint,
		},
		{
			measure: `Interval ${NARROW_INTERVAL_S} s: another workflow answers within`,
			ours: `${run.slowestAnswer.toFixed(2)} s at the most`,
			result: hint ? 'with the hint' : 'without a hint',
			target: null,
			met: true,
		},
	];
}

/** The median gap in seconds, and the widest in relation to the median of those that end at the same time. */
function gapsOf(requests: readonly LoggedRequest[]): { median: number; widest: number } {
	const last = new Map<string | null, number>();
	const windows = new Map<number, number[]>();
	for (const { taskId, startedAt } of requests) {
		const before = last.get(taskId);
		last.set(taskId, startedAt);
		if (before === undefined) continue;
		const window = Math.floor(startedAt / WINDOW_MS);
		const gaps = windows.get(window) ?? [];
		gaps.push((startedAt - before) / 1000);
		windows.set(window, gaps);
	}
	const samples = [...windows.values()].map(sampleOf);
	return {
		median: sampleOf([...windows.values()].flat()).median,
		widest: Math.max(...samples.map(({ median, most }) => most / median)),
	};
}
