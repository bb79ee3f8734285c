/** One run of the node, and all that happens to it. */
import fc from 'fast-check';

import { anyAnswer, goodAnswer, stormyAnswer, type Answer } from './answers.mjs';
import { anyDownload, LOW_LIMIT, type ScriptedDownload } from './videos/scenario.mjs';

export interface ScriptedTask {
	/** To its lookups, one after the other; the last one to all that follow. */
	readonly answers: readonly Answer[];
	readonly timeout: number;
	readonly download: ScriptedDownload;
}

/** For a time every request is answered alike. */
export interface Storm {
	readonly fromMs: number;
	readonly lastsMs: number;
	readonly answer: Answer;
}

export interface ScriptedItem {
	/** Which of the tasks (modulo their number), or a value that is no task ID. */
	readonly asks: { task: number } | { nonsense: unknown };
	readonly failedTask: 'output' | 'error';
	readonly onTimeout: 'output' | 'error';
	readonly output: 'structured' | 'raw';
	readonly binaryProperty: string;
}

export interface Script {
	readonly operation: 'getStatus' | 'waitUntilComplete' | 'download';
	readonly whileWaiting: 'keepRunning' | 'park';
	readonly executionOrder: 'v0' | 'v1';
	readonly onError: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';
	readonly outputMode: 'single' | 'byStatus';
	/** In seconds, as the panel has them. */
	readonly polling: Readonly<
		Record<'initialDelay' | 'interval' | 'backoffFactor' | 'maxInterval' | 'parkAfter', number>
	>;
	readonly options: Readonly<
		Record<
			'maxConcurrency' | 'requestsPerSecond' | 'requestTimeout' | 'maxRetries' | 'maxDownloadSize',
			number
		>
	>;
	readonly tasks: readonly ScriptedTask[];
	readonly items: readonly ScriptedItem[];
	readonly storms: readonly Storm[];
	/** Our computer's date is set, forward or back. */
	readonly jumps: ReadonlyArray<{ atMs: number; byMs: number }>;
	/** How late n8n comes back to a parked execution, one time after the other. */
	readonly lateMs: readonly number[];
	/** So many bytes can be stored; null: all. */
	readonly diskBytes: number | null;
	/** The Stop button. */
	readonly cancelAtMs: number | null;
	/** Seeds what the node leaves to chance. */
	readonly chance: number;
}

const oftenOne = (max: number) =>
	fc.oneof(
		fc.constant(1),
		fc.integer({ min: 1, max: Math.min(3, max) }),
		fc.integer({ min: 1, max }),
	);

/** Mostly few; a big one now and then. */
function some<T>(one: fc.Arbitrary<T>, few: number, many: number): fc.Arbitrary<T[]> {
	return fc.oneof(
		{ weight: 30, arbitrary: fc.array(one, { minLength: 1, maxLength: few }) },
		{ weight: 1, arbitrary: fc.array(one, { minLength: few, maxLength: many }) },
	);
}

function rarely<T>(one: fc.Arbitrary<T>, max: number): fc.Arbitrary<T[]> {
	return fc.oneof(
		{ weight: 4, arbitrary: fc.constant<T[]>([]) },
		{ weight: 1, arbitrary: fc.array(one, { minLength: 1, maxLength: max }) },
	);
}

const momentMs = fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 200_000 }));

const task = fc.record({
	answers: fc.oneof(
		{ weight: 2, arbitrary: fc.array(anyAnswer, { minLength: 1, maxLength: 5 }) },
		// The videos are all that may go wrong
		{ weight: 1, arbitrary: fc.tuple(goodAnswer) },
	),
	timeout: fc.oneof(
		{ weight: 8, arbitrary: fc.constantFrom(0, 0.5, 7, 20, 61, 90) },
		{ weight: 2, arbitrary: fc.constantFrom(200, 900) },
	),
	download: anyDownload,
});

const item = fc.record({
	asks: fc.oneof(
		{ weight: 15, arbitrary: fc.record({ task: fc.nat(9) }) },
		{
			weight: 1,
			arbitrary: fc.record({
				nonsense: fc.constantFrom<unknown>('', '  ', null, undefined, {}, ['task-0'], true, NaN),
			}),
		},
	),
	failedTask: fc.constantFrom('output' as const, 'error' as const),
	onTimeout: fc.constantFrom('output' as const, 'error' as const),
	output: fc.constantFrom('structured' as const, 'raw' as const),
	binaryProperty: fc.constantFrom('data', 'the video'),
});

export const anyScript: fc.Arbitrary<Script> = fc.record({
	operation: fc.oneof(
		{ weight: 1, arbitrary: fc.constant('getStatus' as const) },
		{ weight: 3, arbitrary: fc.constant('waitUntilComplete' as const) },
		{ weight: 2, arbitrary: fc.constant('download' as const) },
	),
	whileWaiting: fc.constantFrom('keepRunning' as const, 'park' as const),
	executionOrder: fc.constantFrom('v0' as const, 'v1' as const),
	onError: fc.constantFrom(
		'stopWorkflow' as const,
		'continueRegularOutput' as const,
		'continueErrorOutput' as const,
	),
	outputMode: fc.constantFrom('single' as const, 'byStatus' as const),
	polling: fc.record({
		initialDelay: fc.constantFrom(0, 0, 2.5, 30),
		interval: fc.constantFrom(2, 10, 30, 70),
		backoffFactor: fc.constantFrom(1, 1.5),
		maxInterval: fc.constantFrom(5, 60),
		parkAfter: fc.constantFrom(0, 5, 60),
	}),
	options: fc.record({
		maxConcurrency: oftenOne(10),
		requestsPerSecond: fc.oneof(
			{ weight: 3, arbitrary: fc.constant(0) },
			{ weight: 1, arbitrary: fc.constantFrom(0.2, 1, 5) },
		),
		requestTimeout: fc.constantFrom(0.3, 1, 5, 30),
		maxRetries: fc.integer({ min: 0, max: 5 }),
		// In MiB
		maxDownloadSize: fc.constantFrom(2048, LOW_LIMIT / 2 ** 20),
	}),
	tasks: some(task, 4, 20),
	items: some(item, 6, 40),
	storms: rarely(
		fc.record({
			fromMs: momentMs,
			lastsMs: fc.integer({ min: 1, max: 60_000 }),
			answer: stormyAnswer,
		}),
		2,
	),
	jumps: rarely(
		fc.record({
			atMs: momentMs,
			byMs: fc.constantFrom(-3_600_000, -30_000, -1_000, 1_000, 30_000, 3_600_000),
		}),
		2,
	),
	lateMs: fc.array(fc.constantFrom(0, 0, 500, 20_000, 100_000), { minLength: 1, maxLength: 4 }),
	diskBytes: fc.oneof(
		{ weight: 12, arbitrary: fc.constant(null) },
		{ weight: 1, arbitrary: fc.constantFrom(0, 500, 2000) },
	),
	cancelAtMs: fc.oneof(
		{ weight: 12, arbitrary: fc.constant(null) },
		{ weight: 1, arbitrary: momentMs },
	),
	chance: fc.nat(),
});
