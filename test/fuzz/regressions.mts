/** Scripts that have once broken a law. They are played before any other. */
import type { Answer, Says } from './answers.mjs';
import type { Script, ScriptedTask } from './scenario.mjs';
import type { ScriptedVideo } from './videos/scenario.mjs';

const VIDEO: ScriptedVideo = {
	name: 'clip.mp4',
	badLink: null,
	contentType: 'video/mp4',
	size: 700,
	isPage: false,
	tells: { length: false, etag: 'strong', modified: false, total: true },
	ranges: 'kept',
	replaced: null,
	tries: [],
};

const OPTIONS: Script['options'] = {
	maxConcurrency: 10,
	requestsPerSecond: 0,
	requestTimeout: 0.3,
	maxRetries: 1,
	maxDownloadSize: 2048,
};

const waiting = (script: Partial<Script> & Pick<Script, 'tasks'>): Script => ({
	operation: 'waitUntilComplete',
	whileWaiting: 'keepRunning',
	executionOrder: 'v1',
	onError: 'continueRegularOutput',
	outputMode: 'single',
	polling: { initialDelay: 0, interval: 2, backoffFactor: 1, maxInterval: 5, parkAfter: 0 },
	options: OPTIONS,
	items: script.tasks.map((_, task) => ({
		asks: { task },
		failedTask: 'output',
		onTimeout: 'output',
		output: 'structured',
		binaryProperty: 'data',
	})),
	storms: [],
	jumps: [],
	lateMs: [0],
	diskBytes: null,
	cancelAtMs: null,
	chance: 0,
	...script,
});

const task = (
	timeout: number,
	answers: readonly Says[],
	resultUrls?: readonly ScriptedVideo[],
): ScriptedTask => ({
	timeout,
	answers: answers.map(
		(says): Answer => ({ says, afterMs: 0, pieces: 1, pieceMs: 0, ends: 'whole' }),
	),
	download: {
		wanted: resultUrls !== undefined,
		source: 'resultUrls',
		resultUrls: resultUrls ?? [VIDEO],
		originUrls: [],
	},
});

const flag = (value: number): Says => ({
	what: 'record',
	flag: value,
	errorCode: null,
	form: 'plain',
});
const BUSY_FOR_LONG: Says = {
	what: 'status',
	status: 503,
	body: 'json',
	retryAfter: { seconds: 1_000_000 },
};

export const KEPT: readonly Script[] = [
	// The first was ready to be parked, and missed its deadline while the second was still at work
	waiting({
		whileWaiting: 'park',
		tasks: [task(90, [flag(0)]), task(200, [BUSY_FOR_LONG, flag(1)])],
	}),
	// The second link waited for its turn, only to be told that it is none
	waiting({
		tasks: [
			task(
				0,
				[flag(1)],
				[
					{
						...VIDEO,
						tries: [
							{
								redirect: null,
								afterMs: 0,
								does: { what: 'status', status: 429, retryAfter: 121 },
							},
						],
					},
					{ ...VIDEO, badLink: 'ftp://videos.example.com/a.mp4' },
				],
			),
		],
		options: { ...OPTIONS, maxConcurrency: 1, maxRetries: 0 },
	}),
];
