import { intervalAfter, type Schedule } from '../nodes/ApikleyVeo/veo/polling/schedule';
import { initialWaitState, waitFor } from '../nodes/ApikleyVeo/veo/polling/waitFor';
import type { Lookup } from '../nodes/ApikleyVeo/veo/api/client';
import { seeded } from '../test/seeded-random.mjs';
import { FakeClock } from '../test/unit/support/fakeClock';
import { task } from '../test/unit/support/records';
import type { Benchmark, Row } from './benchmark.mjs';

const TASKS = 2_000;
const MOST_LATE_SECONDS = 6;
/** What one lookup takes, for both sides. */
const LOOKUP_MS = 300;

/** The node's defaults. */
const DEFAULTS: Schedule = {
	initialDelayMs: 0,
	intervalMs: 10_000,
	backoffFactor: 1,
	maxIntervalMs: 60_000,
	timeoutMs: 900_000,
};

interface Lateness {
	/** From the end of the task to the item, in seconds. */
	readonly late: number;
	readonly lookups: number;
}

const normal = (random: () => number) =>
	Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Durations in seconds, none longer than ten minutes. */
const DISTRIBUTIONS: ReadonlyArray<readonly [string, (random: () => number) => number]> = [
	['10 to 300 s, all alike', (random) => 10 + 290 * random()],
	['exponential, 90 s on average', (random) => Math.min(600, -90 * Math.log(1 - random()))],
	['log-normal around 120 s', (random) => Math.min(600, 120 * Math.exp(0.4 * normal(random)))],
];

export const lateness: Benchmark = {
	name: 'lateness',
	title: `From the end of a task to its item, ${TASKS} tasks, injected clock, the node's defaults (interval 10 s)`,
	async run() {
		const rows: Row[] = [];
		for (const [name, draw] of DISTRIBUTIONS) {
			const random = seeded(2_026);
			const durations = Array.from({ length: TASKS }, () => draw(random));
			const ours = [];
			for (const duration of durations) ours.push(await waited(duration));
			const fixed = durations.map(fixedInterval);
			rows.push(...rowsOf(name, ours, fixed));
		}
		return rows;
	},
};

/** By the node's own waiter. */
async function waited(duration: number): Promise<Lateness> {
	const clock = new FakeClock();
	const { signal } = new AbortController();
	const lookUp = async (): Promise<Lookup> => {
		const hasEnded = clock.seconds >= duration;
		await clock.sleep(LOOKUP_MS, signal);
		return { kind: 'task', task: task({ successFlag: hasEnded ? 1 : 0 }) };
	};
	const outcome = await clock.finish(
		waitFor(DEFAULTS, initialWaitState(DEFAULTS, clock.date()), {
			clock,
			signal,
			parkFrom: Infinity,
			parkJitterMs: 0,
			park: async () => false,
			probe: lookUp,
		}),
	);
	if (outcome.kind !== 'ended') throw new Error(`A task of ${duration} s: ${outcome.kind}`);
	return { late: clock.seconds - duration, lookups: outcome.record.lookups };
}

/** By the plain loop: look up, sleep for the interval, look up. */
function fixedInterval(duration: number): Lateness {
	let at = 0;
	for (let lookups = 1; ; lookups++) {
		const answeredAt = at + LOOKUP_MS / 1000;
		if (at >= duration) return { late: answeredAt - duration, lookups };
		at = answeredAt + intervalAfter(DEFAULTS, lookups) / 1000;
	}
}

function rowsOf(name: string, ours: readonly Lateness[], fixed: readonly Lateness[]): Row[] {
	const mean = (values: readonly Lateness[], read: (value: Lateness) => number) =>
		values.reduce((sum, value) => sum + read(value), 0) / values.length;
	const [late, lateFixed] = [ours, fixed].map((side) => mean(side, (value) => value.late));
	const [lookups, lookupsFixed] = [ours, fixed].map((side) => mean(side, (value) => value.lookups));
	const laterThanFixed = ours.filter(({ late: mine }, index) => {
		const other = fixed[index];
		return other !== undefined && mine > other.late + 0.001;
	}).length;
	return [
		{
			measure: `Late on average, ${name}`,
			ours: `${late?.toFixed(2)} s in ${lookups?.toFixed(1)} lookups`,
			theirs: `${lateFixed?.toFixed(2)} s in ${lookupsFixed?.toFixed(1)} (plain loop)`,
			result: `${laterThanFixed} later than the plain loop`,
			target: `≤ ${MOST_LATE_SECONDS} s, none later`,
			met: (late ?? Infinity) <= MOST_LATE_SECONDS && laterThanFixed === 0,
		},
	];
}
