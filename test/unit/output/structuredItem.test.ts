import { structuredItem, summarizeWait } from '../../../nodes/ApikleyVeo/output/structuredItem';
import type { JsonObject } from '../../../nodes/ApikleyVeo/veo/task/coerce';
import { parseTask } from '../../../nodes/ApikleyVeo/veo/task/task';
import { EXAMPLE, FAILED, taskWithResponse, RUNNING } from '../support/records';

/** In the contract's order. */
const KEYS = [
	'taskId',
	'status',
	'successFlag',
	'fallbackFlag',
	'isFinal',
	'resolution',
	'canUpgradeTo1080p',
	'videoUrl',
	'resultUrls',
	'originUrls',
	'fullResultUrls',
	'errorCode',
	'errorMessage',
	'failureKind',
	'prompt',
	'params',
	'createTime',
	'completeTime',
	'durationSeconds',
	'wait',
];

const WAIT = { lookups: 3, waitedSeconds: 20, timedOut: false };

describe('every key is always there, none is undefined, and none is called error', () => {
	test.each<[string, JsonObject | null]>([
		['the example', EXAMPLE],
		['a running task', RUNNING],
		['a failed task', FAILED],
		['an empty record', {}],
		['nothing but nulls', Object.fromEntries(Object.keys(EXAMPLE).map((key) => [key, null]))],
		['an empty response', { successFlag: 1, response: {} }],
		['a record that has a key called error', { ...EXAMPLE, error: 'no' }],
		['no task', null],
	])('%s', (_, record) => {
		const item = structuredItem('veo_1', record === null ? null : parseTask(record), null);
		expect(Object.keys(item)).toEqual(KEYS);
		expect(Object.values(item)).not.toContain(undefined);
		expect(Object.keys(JSON.parse(JSON.stringify(item)) as object)).toEqual(KEYS);
	});
});

test('a task that succeeded', () => {
	const record = taskWithResponse(
		{
			resultUrls: ['https://cdn/1.mp4', 'https://cdn/2.mp4'],
			originUrls: ['https://cdn/o.mp4'],
			fullResultUrls: ['https://cdn/full.mp4'],
			resolution: '720p',
		},
		{ paramJson: '{"prompt":"A cat","aspectRatio":"16:9"}' },
	);
	expect(structuredItem('veo_1', parseTask(record), WAIT)).toEqual({
		taskId: 'veo_1',
		status: 'succeeded',
		successFlag: 1,
		fallbackFlag: false,
		isFinal: true,
		resolution: '720p',
		canUpgradeTo1080p: true,
		videoUrl: 'https://cdn/1.mp4',
		resultUrls: ['https://cdn/1.mp4', 'https://cdn/2.mp4'],
		originUrls: ['https://cdn/o.mp4'],
		fullResultUrls: ['https://cdn/full.mp4'],
		errorCode: null,
		errorMessage: null,
		failureKind: null,
		prompt: 'A cat',
		params: { prompt: 'A cat', aspectRatio: '16:9' },
		createTime: '2025-06-06 10:25:00',
		completeTime: '2025-06-06 10:30:00',
		durationSeconds: 300,
		wait: WAIT,
	});
});

test('a task that failed', () => {
	expect(structuredItem('veo_1', parseTask({ ...FAILED, fallbackFlag: true }), null)).toMatchObject(
		{
			status: 'failed',
			successFlag: 2,
			fallbackFlag: true,
			isFinal: true,
			canUpgradeTo1080p: false,
			videoUrl: null,
			errorCode: 400,
			errorMessage: 'Your prompt was flagged by Website as violating content policies.',
			failureKind: 'rejected',
			wait: null,
		},
	);
});

test('a task that no lookup ever told of', () => {
	expect(structuredItem('veo_1', null, null)).toEqual({
		...Object.fromEntries(KEYS.map((key) => [key, null])),
		taskId: 'veo_1',
		status: 'unknown',
		isFinal: false,
		resultUrls: [],
		originUrls: [],
		fullResultUrls: [],
	});
});

test('the task ID is the one that was asked for, whatever the record says', () => {
	expect(structuredItem('veo_1', parseTask(EXAMPLE), null).taskId).toBe('veo_1');
});

test.each<[number, boolean, object]>([
	[25_000, true, { lookups: 4, waitedSeconds: 25, timedOut: true }],
	[1_234.5678, false, { lookups: 4, waitedSeconds: 1.235, timedOut: false }],
	[0, false, { lookups: 4, waitedSeconds: 0, timedOut: false }],
])('a wait of %p ms, timed out: %p', (waitedMs, timedOut, expected) => {
	expect(summarizeWait({ lookups: 4, waitedMs }, timedOut)).toEqual(expected);
});
