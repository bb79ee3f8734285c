/** Scenarios that once violated an invariant, and that random ones rarely equal. They run before all others. */
import type { Delivery, ScriptedResponse } from './responses.mjs';
import type { Scenario, ScriptedTask } from './scenario.mjs';

const task = (timeout: number, ...responses: ScriptedResponse[]): ScriptedTask => ({
	timeout,
	responses: responses.map(
		(response): Delivery => ({
			response,
			delayMs: 0,
			pieces: 1,
			pieceMs: 0,
			ending: 'complete',
		}),
	),
	download: { enabled: false, source: 'resultUrls', resultUrls: [], originUrls: [] },
});

const item = (number: number): Scenario['items'][number] => ({
	taskId: { task: number },
	failedTask: 'output',
	onTimeout: 'output',
	output: 'structured',
	binaryProperty: 'data',
});

const flag = (value: number): ScriptedResponse => ({
	kind: 'record',
	flag: value,
	errorCode: null,
	form: 'plain',
});

const BUSY_FOR_DAYS: ScriptedResponse = {
	kind: 'status',
	status: 503,
	body: 'json',
	retryAfter: { seconds: 1_000_000 },
};

export const REGRESSIONS: readonly Scenario[] = [
	// The first task was ready to be parked, and missed its deadline while the second was still being looked up
	{
		operation: 'waitUntilComplete',
		whileWaiting: 'park',
		executionOrder: 'v1',
		onError: 'continueRegularOutput',
		outputMode: 'single',
		polling: { initialDelay: 0, interval: 2, backoffFactor: 1, maxInterval: 5, parkAfter: 0 },
		options: {
			maxConcurrency: 10,
			requestsPerSecond: 0,
			requestTimeout: 0.3,
			maxRetries: 1,
			maxDownloadSize: 2048,
		},
		tasks: [task(90, flag(0)), task(200, BUSY_FOR_DAYS, flag(1))],
		items: [item(0), item(1)],
		errorBursts: [],
		clockJumps: [],
		resumeDelaysMs: [0],
		diskSpace: null,
		cancelAtMs: null,
		seed: 0,
	},
];
