import type { LookupReport } from '../../../nodes/ApikleyVeo/output/outcome';
import { structuredItem } from '../../../nodes/ApikleyVeo/output/structuredItem';
import type { JsonObject } from '../../../nodes/ApikleyVeo/veo/task/coerce';
import { parseTask } from '../../../nodes/ApikleyVeo/veo/task/task';
import { EXAMPLE, FAILED, taskWithResponse, RUNNING } from '../support/records';
import { found, timedOut } from '../support/requests';

/** In the contract's order. */
const KEYS = [
	'taskId',
	'status',
	'successFlag',
	'fallbackFlag',
	'videoUrl',
	'errorMessage',
	'failureKind',
	'resolution',
	'canUpgradeTo1080p',
	'durationSeconds',
	'prompt',
	'isFinal',
	'errorCode',
	'resultUrls',
	'originUrls',
	'fullResultUrls',
	'createTime',
	'completeTime',
	'params',
	'wait',
];

test.each<[string, JsonObject | null]>([
	['the example', EXAMPLE],
	['a running task', RUNNING],
	['a failed task', FAILED],
	['an empty record', {}],
	['a record of nulls', Object.fromEntries(Object.keys(EXAMPLE).map((key) => [key, null]))],
	['an empty response', { successFlag: 1, response: {} }],
	['a record that has a key called error', { ...EXAMPLE, error: 'no' }],
	['a task without a record', null],
])('the item of %s has all keys in their order, none undefined, none called error', (_, record) => {
	const report = record === null ? timedOut(null) : found(parseTask(record));
	const item = structuredItem({ taskId: 'veo_1' }, report);
	expect(Object.keys(item)).toEqual(KEYS);
	expect(Object.values(item)).not.toContain(undefined);
	expect(Object.keys(JSON.parse(JSON.stringify(item)) as object)).toEqual(KEYS);
});

test('the item of a task that succeeded has all its values', () => {
	const record = taskWithResponse(
		{
			resultUrls: ['https://cdn/1.mp4', 'https://cdn/2.mp4'],
			originUrls: ['https://cdn/o.mp4'],
			fullResultUrls: ['https://cdn/full.mp4'],
			resolution: '720p',
		},
		{ paramJson: '{"prompt":"A cat","aspectRatio":"16:9"}' },
	);
	expect(structuredItem({ taskId: 'veo_1' }, found(parseTask(record)))).toEqual({
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
		wait: null,
	});
});

test('the item of a task that failed has the reason, and no video', () => {
	expect(
		structuredItem({ taskId: 'veo_1' }, found(parseTask({ ...FAILED, fallbackFlag: true }))),
	).toMatchObject({
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
	});
});

test('the item of a task without a record is of unknown status', () => {
	expect(structuredItem({ taskId: 'veo_1' }, timedOut(null))).toEqual({
		...Object.fromEntries(KEYS.map((key) => [key, null])),
		taskId: 'veo_1',
		status: 'unknown',
		isFinal: false,
		resultUrls: [],
		originUrls: [],
		fullResultUrls: [],
		wait: { lookups: 4, waitedSeconds: 25, timedOut: true },
	});
});

test.each<[string, LookupReport, object | null]>([
	['no wait after a single lookup', found(parseTask(EXAMPLE)), null],
	[
		'its wait, rounded to milliseconds',
		found(parseTask(EXAMPLE), { lookups: 4, waitedMs: 1_234.5678 }),
		{ lookups: 4, waitedSeconds: 1.235, timedOut: false },
	],
	[
		'the last status after a timeout',
		timedOut(parseTask(RUNNING)),
		{ lookups: 4, waitedSeconds: 25, timedOut: true },
	],
])('an item has %s', (_, report, wait) => {
	const status = report.kind === 'timedOut' ? 'generating' : 'succeeded';
	expect(structuredItem({ taskId: 'veo_1' }, report)).toMatchObject({ status, wait });
});

test('the task ID is that of the request, whatever the record says', () => {
	expect(structuredItem({ taskId: 'veo_1' }, found(parseTask(EXAMPLE))).taskId).toBe('veo_1');
});
