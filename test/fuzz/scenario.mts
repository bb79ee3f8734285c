/** One run of the node, and everything that happens to it. */
import fc from 'fast-check';

import { list, rarely, usually, weighted, type Generated } from './arbitraries.mjs';
import {
	anyCallbacks,
	anyCreations,
	anyCreationSettings,
	anyReruns,
} from './creations/scenario.mjs';
import {
	anyResponse,
	errorResponse,
	successResponse,
	successWithFreshLinks,
	successWithoutVideos,
} from './responses.mjs';
import { anyUpgrade } from './upgrades/scenario.mjs';
import { anyDownload, LOW_SIZE_LIMIT } from './videos/scenario.mjs';

/** Functions of n8n that the node calls, apart from those that send a request, store a file or read the credential. */
const THROWING_FUNCTIONS = [
	'getNodeParameter',
	'getInputData',
	'getExecutionCancelSignal',
	'addExecutionHints',
] as const;

/** Milliseconds from the start of the run. */
const momentMs = fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 200_000 }));

const task = fc.record({
	/** The responses to its lookups, in order. The last one repeats. */
	responses: weighted(
		[2, fc.array(anyResponse, { minLength: 1, maxLength: 5 })],
		// Here only the videos can fail
		[1, fc.tuple(successResponse)],
		// The links of the first record may have expired
		[1, fc.tuple(successResponse, successWithFreshLinks)],
		[1, fc.array(fc.oneof(successWithoutVideos, anyResponse), { minLength: 1, maxLength: 4 })],
	),
	/** In seconds, as everything that the user sets. */
	timeout: weighted(
		[8, fc.constantFrom<number>(0, 0.5, 7, 20, 61, 90)],
		[2, fc.constantFrom<number>(200, 900)],
	),
	download: anyDownload,
	/** For the operations that create a task or get its 1080p version. */
	waits: usually<boolean, boolean>(true, fc.constant(false)),
	upgrade: anyUpgrade,
});

const item = fc.record({
	/**
	 * The number of a task (modulo the number of tasks), or a value that is not a task ID. A task that is created behaves
	 * like that task.
	 */
	taskId: weighted(
		[15, fc.record({ task: fc.nat(9) })],
		[
			1,
			fc.record({
				invalid: fc.constantFrom<unknown>('', '  ', null, undefined, {}, ['task/0'], true, NaN),
			}),
		],
	),
	failedTask: fc.constantFrom('output', 'error'),
	onTimeout: fc.constantFrom('output', 'error'),
	output: fc.constantFrom('structured', 'raw'),
	binaryProperty: fc.constantFrom<string>('data', 'the video'),
	creations: anyCreations,
	callbacks: anyCallbacks,
});

export const anyScenario = fc.record({
	operation: weighted(
		[1, fc.constant('getStatus')],
		[3, fc.constant('waitUntilComplete')],
		[2, fc.constant('download')],
		[4, fc.constant('generate')],
		[1, fc.constant('extend')],
		[2, fc.constant('get1080p')],
	),
	whileWaiting: fc.constantFrom('keepRunning', 'park'),
	executionOrder: fc.constantFrom('v0', 'v1'),
	onError: fc.constantFrom('stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'),
	outputMode: fc.constantFrom('single', 'byStatus'),
	polling: fc.record({
		initialDelay: fc.constantFrom<number>(0, 0, 2.5, 30),
		interval: fc.constantFrom<number>(2, 10, 30, 70),
		backoffFactor: fc.constantFrom<number>(1, 1.5),
		maxInterval: fc.constantFrom<number>(5, 60),
		parkAfter: fc.constantFrom<number>(0, 5, 60),
	}),
	options: fc.record({
		// Often one
		maxConcurrency: fc.oneof(
			fc.constant<number>(1),
			fc.integer({ min: 1, max: 3 }),
			fc.integer({ min: 1, max: 10 }),
		),
		requestsPerSecond: weighted(
			[3, fc.constant<number>(0)],
			[1, fc.constantFrom<number>(0.2, 1, 5)],
		),
		requestTimeout: fc.constantFrom<number>(0.3, 1, 5, 30),
		maxRetries: fc.integer({ min: 0, max: 5 }),
		// In MiB
		maxDownloadSize: fc.constantFrom<number>(2048, LOW_SIZE_LIMIT / 2 ** 20),
	}),
	creations: anyCreationSettings,
	/** How often n8n runs the node if it throws: once, or as often as Retry On Fail says. */
	tries: usually<number, number>(1, fc.integer({ min: 2, max: 5 })),
	reruns: anyReruns,
	/** A version of n8n that has no guard against resuming an execution twice. */
	isOldN8n: usually<boolean, boolean>(false, fc.constant(true), 8),
	tasks: list(task, 4, 20),
	items: list(item, 6, 40),
	/** During such a time every request receives the same error. */
	errorBursts: rarely(
		fc.record({
			fromMs: momentMs,
			durationMs: fc.integer({ min: 1, max: 60_000 }),
			delivery: errorResponse,
		}),
	),
	/** The computer's clock is set forward or back. */
	clockJumps: rarely(
		fc.record({
			atMs: momentMs,
			byMs: fc.constantFrom<number>(-3_600_000, -30_000, -1_000, 1_000, 30_000, 3_600_000),
		}),
	),
	/** How late n8n resumes a parked execution, one time after another. */
	resumeDelaysMs: fc.array(fc.constantFrom<number>(0, 0, 500, 20_000, 100_000), {
		minLength: 1,
		maxLength: 4,
	}),
	/** During such a time n8n does not hand out the credential: it was deleted, or can't be decrypted. */
	credentialFailures: rarely(
		fc.record({
			fromMs: fc.oneof(fc.constant<number>(0), momentMs),
			durationMs: fc.constantFrom<number>(1, 30_000, 300_000, 1e12),
		}),
	),
	/** One call of n8n throws: call number `call` of this function. */
	exception: usually(
		null,
		fc.record({
			name: fc.constantFrom(...THROWING_FUNCTIONS),
			call: fc.oneof(fc.constantFrom<number>(0, 1), fc.nat(30), fc.nat(200)),
		}),
		12,
	),
	/** In bytes; null for unlimited. */
	diskSpace: usually(null, fc.constantFrom<number>(0, 500, 2000), 12),
	/** When the Stop button is pressed or, if `isKilled`, n8n's process is killed and started again. */
	cancelAtMs: usually(null, momentMs, 8),
	isKilled: fc.boolean(),
	/** Seeds the node's random numbers. */
	seed: fc.nat(),
});

export type Scenario = Generated<typeof anyScenario>;
export type ScriptedTask = Scenario['tasks'][number];
export type ScriptedItem = Scenario['items'][number];
