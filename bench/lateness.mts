import type { Schedule } from '../nodes/ApikleyVeo/veo/polling/schedule';
import { initialWaitState, waitFor } from '../nodes/ApikleyVeo/veo/polling/waitFor';
import { seeded } from '../test/seeded-random.mjs';
import { FakeClock } from '../test/unit/support/fakeClock';
import type { Benchmark, Row } from './benchmark.mjs';

const TASKS = 2_000;
const MAX_LATE_SECONDS = 6;
/** The duration of a lookup, for both sides. */
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

/** Durations in seconds, at most ten minutes. */
const DISTRIBUTIONS: ReadonlyArray<readonly [string, (random: () => number) => number]> = [
	['uniform, 10 to 300 s', (random) => 10 + 290 * random()],
	['exponential, 90 s on average', (random) => Math.min(600, -90 * Math.log(1 - random()))],
	['log-normal around 120 s', (random) => Math.min(600, 120 * Math.exp(0.4 * normal(random)))],
];

export const lateness: Benchmark = {
	name: 'lateness',
	title: `From the end of a task to its item, ${TASKS} tasks, simulated clock, the node's defaults (interval 10 s)`,
	async run() {
		const rows: Row[] = [];
		for (const [name, draw] of DISTRIBUTIONS) {
			const random = seeded(2_026);
			const durations = Array.from({ length: TASKS }, () => draw(random));
			const ours = [];
			for (const duration of durations) ours.push(await nodeLateness(duration));
			rows.push(compare(name, ours, durations.map(plainLoopLateness)));
		}
		return rows;
	},
};

/** Waits with the node's own poll loop. A lookup finds out whether the task is complete. */
async function nodeLateness(duration: number): Promise<Lateness> {
	const clock = new FakeClock();
	const { signal } = new AbortController();
	const result = await clock.finish(
		waitFor<boolean>(DEFAULTS, initialWaitState(DEFAULTS, clock.date()), {
			clock,
			signal,
			parkFrom: Infinity,
			parkJitterMs: 0,
			park: async () => false,
			probe: async ({ dueAt }) => {
				await clock.sleep(dueAt - clock.now(), signal);
				const isComplete = clock.seconds >= duration;
				await clock.sleep(LOOKUP_MS, signal);
				return { kind: 'success', value: isComplete };
			},
			isFinal: (isComplete) => isComplete,
			isComplete: () => true,
		}),
	);
	if (result.kind !== 'found') throw new Error(`A task of ${duration} s: ${result.kind}`);
	return { late: clock.seconds - duration, lookups: result.stats?.lookups ?? NaN };
}

/** Waits with the plain loop: look up, sleep for the interval, look up. */
function plainLoopLateness(duration: number): Lateness {
	let at = 0;
	for (let lookups = 1; ; lookups++) {
		const respondedAt = at + LOOKUP_MS / 1000;
		if (at >= duration) return { late: respondedAt - duration, lookups };
		at = respondedAt + DEFAULTS.intervalMs / 1000;
	}
}

function compare(name: string, ours: readonly Lateness[], plain: readonly Lateness[]): Row {
	const meanOf = (side: readonly Lateness[], key: keyof Lateness) =>
		side.reduce((sum, each) => sum + each[key], 0) / side.length;
	const format = (side: readonly Lateness[]) =>
		`${meanOf(side, 'late').toFixed(2)} s in ${meanOf(side, 'lookups').toFixed(1)}`;
	const later = ours.filter(({ late }, n) => late > (plain[n]?.late ?? Infinity) + 0.001).length;
	return {
		measure: `Average lateness, ${name}`,
		ours: `${format(ours)} checks`,
		theirs: `${format(plain)} (plain loop)`,
		result: `${later} later than the plain loop`,
		target: {
			text: `≤ ${MAX_LATE_SECONDS} s, 0 later`,
			isMet: meanOf(ours, 'late') <= MAX_LATE_SECONDS && later === 0,
		},
	};
}
