/** Scenarios that once violated an invariant. They run before all others. */
import type { ScriptedCreation } from './creations/scenario.mjs';
import type { ScriptedResponse } from './responses.mjs';
import type { Scenario, ScriptedTask } from './scenario.mjs';
import type { UpgradeResponse } from './upgrades/scenario.mjs';
import type { ScriptedVideo } from './videos/scenario.mjs';

const VIDEO: ScriptedVideo = {
	name: 'clip.mp4',
	invalidUrl: null,
	contentType: 'video/mp4',
	size: 700,
	isPage: false,
	expired: null,
	headers: { length: false, etag: 'strong', modified: false, total: true },
	ranges: 'supported',
	replaced: null,
	attempts: [],
};

/** At once, and whole. */
function delivered<R>(response: R) {
	return { response, delayMs: 0, pieces: 1, pieceMs: 0, ending: 'complete' } as const;
}

const NOT_READY: UpgradeResponse = {
	kind: 'code',
	code: 400,
	asText: false,
	text: 'The video is being processed.',
	retryAfter: null,
};

const CREATION: ScriptedCreation = {
	delivery: delivered({ kind: 'created', around: null, form: 'plain' }),
	isAccepted: true,
};

const OPTIONS: Scenario['options'] = {
	maxConcurrency: 10,
	requestsPerSecond: 0,
	requestTimeout: 0.3,
	maxRetries: 1,
	maxDownloadSize: 2048,
};

const waitScenario = (scenario: Partial<Scenario> & Pick<Scenario, 'tasks'>): Scenario => ({
	operation: 'waitUntilComplete',
	whileWaiting: 'keepRunning',
	executionOrder: 'v1',
	creations: { maxVideos: 100, callBack: 'n8n' },
	tries: 1,
	reruns: [],
	isOldN8n: false,
	onError: 'continueRegularOutput',
	outputMode: 'single',
	polling: { initialDelay: 0, interval: 2, backoffFactor: 1, maxInterval: 5, parkAfter: 0 },
	options: OPTIONS,
	items: scenario.tasks.map((_, task) => ({
		taskId: { task },
		failedTask: 'output',
		onTimeout: 'output',
		output: 'structured',
		binaryProperty: 'data',
		creations: [CREATION],
		callbacks: [],
	})),
	errorBursts: [],
	credentialFailures: [],
	exception: null,
	clockJumps: [],
	resumeDelaysMs: [0],
	diskSpace: null,
	cancelAtMs: null,
	isKilled: false,
	seed: 0,
	...scenario,
});

const task = (
	timeout: number,
	responses: readonly ScriptedResponse[],
	resultUrls: ScriptedVideo[] | null = null,
): ScriptedTask => ({
	timeout,
	responses: responses.map(delivered),
	download: {
		enabled: resultUrls !== null,
		source: 'resultUrls',
		resultUrls: resultUrls ?? [VIDEO],
		originUrls: [],
		upgradeUrls: [VIDEO],
	},
	waits: true,
	upgrade: { index: 0, obstacle: null, responses: [delivered(NOT_READY)] },
});

const flag = (
	value: number,
	links: Extract<ScriptedResponse, { kind: 'record' }>['links'] = 'current',
): Extract<ScriptedResponse, { kind: 'record' }> => ({
	kind: 'record',
	flag: value,
	errorCode: null,
	form: 'plain',
	around: null,
	links,
});

const BUSY_FOR_DAYS: ScriptedResponse = {
	kind: 'status',
	status: 503,
	body: 'json',
	text: 'As scripted',
	retryAfter: { seconds: 1_000_000 },
};

const ERROR: Extract<ScriptedResponse, { kind: 'status' }> = {
	kind: 'status',
	status: 400,
	body: 'json',
	text: 'As scripted',
	retryAfter: null,
};

const TOO_OLD: ScriptedResponse = {
	kind: 'code',
	code: 422,
	asText: false,
	text: 'Temporarily supports records within 14 days.',
	retryAfter: null,
};

const BUSY_VIDEO: ScriptedVideo = {
	...VIDEO,
	attempts: [
		{ redirect: null, delayMs: 0, behavior: { kind: 'status', status: 429, retryAfter: 121 } },
	],
};

const INVALID_VIDEO: ScriptedVideo = { ...VIDEO, invalidUrl: 'ftp://videos.example.com/a.mp4' };

export const REGRESSIONS: readonly Scenario[] = [
	// A task that was generating left on Failed when it was too old
	waitScenario({ outputMode: 'byStatus', tasks: [task(200, [flag(0), TOO_OLD])] }),
	// The first task was ready to be parked, and missed its deadline while the second was still being looked up
	waitScenario({
		whileWaiting: 'park',
		tasks: [task(90, [flag(0)]), task(200, [BUSY_FOR_DAYS, flag(1)])],
	}),
	// The second URL waited for its turn before it was found to be invalid
	waitScenario({
		tasks: [task(0, [flag(1)], [BUSY_VIDEO, INVALID_VIDEO])],
		options: { ...OPTIONS, maxConcurrency: 1, maxRetries: 0 },
	}),
	// The grace of a success without videos ended when the clock was set
	waitScenario({
		tasks: [task(200, [flag(1, 'none')])],
		clockJumps: [{ atMs: 1_000, byMs: -3_600_000 }],
	}),
	// The lookup for a fresh link was put off for days, which ended the wait of the other task
	waitScenario({
		tasks: [
			task(200, [flag(0)]),
			task(0, [flag(1), BUSY_FOR_DAYS], [{ ...VIDEO, expired: { from: 0, status: 403 } }]),
		],
	}),
	// The first wait was ready to be parked, and missed its deadline while the task that isn't waited for was looked up
	waitScenario({
		operation: 'get1080p',
		whileWaiting: 'park',
		tasks: [
			task(90, [flag(1)]),
			{
				...task(0, [{ ...ERROR, status: 503, retryAfter: { seconds: 100 } }, flag(1)]),
				waits: false,
			},
		],
	}),
	// The first task had succeeded, and its video was not downloaded for want of the credential
	waitScenario({
		whileWaiting: 'park',
		tasks: [task(0, [flag(1)], [VIDEO]), task(200, [flag(0)])],
		credentialFailures: [{ fromMs: 30_000, durationMs: 1e12 }],
	}),
	// All results were lost when the hints could not be shown
	waitScenario({
		tasks: [task(0, [flag(1)])],
		exception: { name: 'addExecutionHints', call: 0 },
	}),
	// The record was ignored because there was neither a code nor a text around it, or because of the redirect
	waitScenario({
		tasks: [400, 302].map((status) => task(0, [{ ...flag(1), around: { status, code: null } }])),
	}),
	// The texts and codes that are about the task itself
	waitScenario({
		tasks: [
			task(0, [{ ...ERROR, status: 400, body: 'noCode' }]),
			task(0, [{ ...ERROR, status: 400, text: 'Insufficient credits' }]),
		],
	}),
	// A pause without end, from which the wait resumed at its deadline, still held for the lookup for a fresh link
	waitScenario({
		tasks: [
			task(
				200,
				[{ ...ERROR, status: 429, retryAfter: { text: '9'.repeat(400) } }, flag(1)],
				[{ ...VIDEO, expired: { from: 0, status: 401 } }],
			),
		],
	}),
	// The execution was stopped at the deadline, and the item of the creation without a response lost its task
	waitScenario({
		operation: 'generate',
		whileWaiting: 'park',
		tasks: [
			{
				...task(90, []),
				responses: [{ ...delivered(flag(0)), pieces: 2, pieceMs: 1_429 }],
			},
		],
		items: [
			{
				taskId: { task: 0 },
				failedTask: 'output',
				onTimeout: 'output',
				output: 'structured',
				binaryProperty: 'data',
				creations: [{ ...CREATION, delivery: { ...CREATION.delivery, ending: 'never' } }],
				callbacks: [{ afterMs: 32_351, kind: 'honest' }],
			},
		],
		options: { ...OPTIONS, maxConcurrency: 1, requestTimeout: 30, maxRetries: 0 },
		resumeDelaysMs: [500],
		cancelAtMs: 120_000,
	}),
	// n8n was killed in the millisecond in which the second turn of the loop starts, but before it
	waitScenario({
		tasks: [task(90, [flag(1)])],
		reruns: ['loop'],
		cancelAtMs: 5_001,
		isKilled: true,
	}),
];
