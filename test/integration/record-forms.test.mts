import type { IDataObject } from 'n8n-workflow';

import { ABSENT, type TaskScript } from '../simulator/task-script.mjs';
import { jsonOf, run, simulator, useSimulator, waiting } from './support/simulated.mjs';

/** A task without its ID. */
type Form = Omit<TaskScript, 'taskId'>;

const FAILED: Form = { ending: { kind: 'failed', successFlag: 2, errorCode: 400 } };
const GENERATING: Form = { ending: { kind: 'never' } };

useSimulator();

async function itemFor(form: Form): Promise<IDataObject> {
	const [item] = jsonOf(await run({ tasks: [{ taskId: 't', ...form }] }));
	return item ?? {};
}

describe('the structured item', () => {
	test('has every key, in this order, when the task succeeded', async () => {
		const item = await itemFor({
			prompt: 'A cat.',
			aspectRatio: '9:16',
			videos: 2,
			fullResultUrls: ['https://films.example.com/whole.mp4'],
			data: { createTime: '2025-06-06T10:25:00Z', completeTime: '2025-06-06T10:30:30Z' },
		});
		const video = (name: string) => `${simulator.videoBaseUrl}/videos/t/${name}.mp4`;
		expect(Object.entries(item)).toEqual([
			['taskId', 't'],
			['status', 'succeeded'],
			['successFlag', 1],
			['fallbackFlag', false],
			['isFinal', true],
			['resolution', '720p'],
			['canUpgradeTo1080p', false],
			['videoUrl', video('1')],
			['resultUrls', [video('1'), video('2')]],
			['originUrls', [video('origin-1'), video('origin-2')]],
			['fullResultUrls', ['https://films.example.com/whole.mp4']],
			['errorCode', null],
			['errorMessage', null],
			['failureKind', null],
			['prompt', 'A cat.'],
			['params', { prompt: 'A cat.', aspectRatio: '9:16', waterMark: 'Apikley' }],
			['createTime', '2025-06-06T10:25:00Z'],
			['completeTime', '2025-06-06T10:30:30Z'],
			['durationSeconds', 330],
			['wait', null],
		]);
	});

	test('has the same keys when the task failed, is generating, or tells nothing at all', async () => {
		const forms: Form[] = [FAILED, GENERATING, { states: [{ data: {} }] }, {}];
		const keys: string[][] = [];
		for (const form of forms) keys.push(Object.keys(await itemFor(form)));
		expect(keys).toEqual(forms.map(() => keys[0]));
		expect(keys[0]).toHaveLength(20);
	});

	test('says null, or an empty list, where nothing is known', async () => {
		expect(await itemFor({ states: [{ data: {} }] })).toEqual({
			taskId: 't',
			status: 'unknown',
			successFlag: null,
			fallbackFlag: null,
			isFinal: false,
			resolution: null,
			canUpgradeTo1080p: null,
			videoUrl: null,
			resultUrls: [],
			originUrls: [],
			fullResultUrls: [],
			errorCode: null,
			errorMessage: null,
			failureKind: null,
			prompt: null,
			params: null,
			createTime: null,
			completeTime: null,
			durationSeconds: null,
			wait: null,
		});
	});

	test('tells of the wait, where there was one', async () => {
		const tasks = [{ taskId: 't', durationLookups: 2 }];
		const [item] = jsonOf(await run({ tasks, parameters: waiting() }));
		const wait = item?.wait as { waitedSeconds: number };
		expect(wait).toEqual({ lookups: 3, waitedSeconds: wait.waitedSeconds, timedOut: false });
		// Two gaps of 20 ms, each as long as said
		expect(wait.waitedSeconds).toBeGreaterThanOrEqual(0.04);
		expect(wait.waitedSeconds).toBeLessThan(5);
	});
});

describe('status', () => {
	test.each([
		[0, 'generating', false],
		[1, 'succeeded', true],
		[2, 'failed', true],
		[3, 'failed', true],
		[4, 'unknown', false],
		[-1, 'unknown', false],
		['1', 'succeeded', true],
		['done', 'unknown', false],
		[null, 'unknown', false],
		[ABSENT, 'unknown', false],
	])('successFlag %p is %s', async (successFlag, status, isFinal) => {
		expect(await itemFor({ data: { successFlag } })).toMatchObject({ status, isFinal });
	});

	test.each([
		['success', GENERATING, 'generating'],
		['Failed', {}, 'succeeded'],
		['success', FAILED, 'failed'],
	] as const)('msg "%s" says nothing about the task', async (msg, form, status) => {
		expect(await itemFor({ ...form, msg })).toMatchObject({ status });
	});
});

describe('fallbackFlag, resolution, and what follows for 1080p', () => {
	const fallback: Form = { ending: { kind: 'succeeded', model: 'fallback' } };
	const noFlag: Form = { forms: { fallbackFlag: 'absent' } };
	test.each<[string, Form, boolean | null, boolean | null]>([
		['primary model, 16:9, 720p', {}, false, true],
		['fallback model', fallback, true, false],
		['fallback model, aspect ratio unknown', { ...fallback, aspectRatio: null }, true, false],
		['primary model, 9:16', { aspectRatio: '9:16' }, false, false],
		['primary model, aspect ratio unknown', { aspectRatio: null }, false, null],
		['primary model, aspect ratio left to it', { aspectRatio: 'Auto' }, false, null],
		['primary model, 16:9, 1080p already', { resolution: '1080p' }, false, null],
		['primary model, 16:9, resolution unknown', { resolution: null }, false, null],
		['model unknown', noFlag, null, null],
		['model unknown, 9:16', { ...noFlag, aspectRatio: '9:16' }, null, false],
		['model null', { forms: { fallbackFlag: 'null' } }, null, null],
		['still generating', GENERATING, false, null],
	])('%s', async (_, form, fallbackFlag, canUpgradeTo1080p) => {
		expect(await itemFor(form)).toMatchObject({ fallbackFlag, canUpgradeTo1080p });
	});

	test.each([['720p'], ['1080p'], [null]])('resolution %p', async (resolution) => {
		expect(await itemFor({ resolution })).toMatchObject({ resolution });
	});
});

describe('times', () => {
	const from = Date.parse('2025-06-06T10:25:00Z');
	test.each([
		['2025-06-06T10:25:00Z', '2025-06-06T10:30:00Z', 300],
		['2025-06-06T10:25:00.250Z', '2025-06-06T12:25:01+02:00', 0.75],
		['2025-06-06 10:25:00', '2025-06-06 10:26:40', 100],
		[from, from + 1500, 1.5],
		['2025-06-06T10:25:00Z', null, null],
		[null, null, null],
		// One of them has no zone, so nobody knows how far they are apart
		['2025-06-06 10:25:00', '2025-06-06T10:26:40Z', null],
		['yesterday', 'today', null],
		['2025-06-06T10:30:00Z', '2025-06-06T10:25:00Z', null],
	])('from %p to %p are %p seconds', async (createTime, completeTime, durationSeconds) => {
		const item = await itemFor({ data: { createTime, completeTime } });
		expect(item).toMatchObject({ createTime, completeTime, durationSeconds });
	});

	test('left out', async () => {
		const nothing = { createTime: null, completeTime: null, durationSeconds: null };
		expect(await itemFor({ forms: { times: 'absent' } })).toMatchObject(nothing);
	});
});

describe('videos', () => {
	const none = { videoUrl: null, resultUrls: [], originUrls: [], fullResultUrls: [] };

	test.each<[string, Form]>([
		['null while generating', { ...GENERATING, forms: { emptyResponse: 'null' } }],
		['left out while generating', { ...GENERATING, forms: { emptyResponse: 'absent' } }],
		['null after a failure', { ...FAILED, forms: { emptyResponse: 'null' } }],
		['left out after a failure', { ...FAILED, forms: { emptyResponse: 'absent' } }],
		['with lists that are null', { forms: { urls: 'null' } }],
		['with lists left out', { forms: { urls: 'absent' } }],
		['with lists that are empty', { resultUrls: [] }],
	])('response %s', async (_, form) => {
		expect(await itemFor(form)).toMatchObject(none);
	});

	test.each(['array', 'jsonString'] as const)('lists written as %s', async (urls) => {
		const resultUrls = ['https://v.example.com/1.mp4', 'https://v.example.com/2.mp4'];
		const originUrls = ['https://v.example.com/o.mp4'];
		const fullResultUrls = ['https://v.example.com/f.mp4'];
		const lists = { resultUrls, originUrls, fullResultUrls };
		const item = await itemFor({ ...lists, forms: { urls } });
		expect(item).toMatchObject({ ...lists, videoUrl: 'https://v.example.com/1.mp4' });
	});
});

describe('failures', () => {
	test.each([
		[400, 400, 'rejected'],
		[500, 500, 'provider'],
		[501, 501, 'provider'],
		['400', 400, 'rejected'],
		['501', 501, 'provider'],
		[499, 499, null],
		[null, null, null],
		[ABSENT, null, null],
	])('errorCode %p', async (sent, errorCode, failureKind) => {
		const item = await itemFor({ ...FAILED, data: { errorCode: sent } });
		expect(item).toMatchObject({ status: 'failed', errorCode, failureKind });
	});

	test('an errorCode without a failure is no failure', async () => {
		const item = await itemFor({ data: { errorCode: 500 } });
		expect(item).toMatchObject({ status: 'succeeded', errorCode: 500, failureKind: null });
	});

	test.each([
		['Your prompt was flagged.', 'Your prompt was flagged.'],
		['', null],
		[null, null],
		[ABSENT, null],
	])('errorMessage %p', async (sent, errorMessage) => {
		const item = await itemFor({ ...FAILED, data: { errorMessage: sent } });
		expect(item).toMatchObject({ status: 'failed', errorMessage });
	});

	test('an item never has a key called error, which n8n would take for a failure', async () => {
		expect(await itemFor({ ...FAILED, data: { error: 'oh' } })).not.toHaveProperty('error');
	});
});

describe('paramJson', () => {
	test.each<[string, unknown, unknown, string | null]>([
		['JSON text', '{"prompt":"A cat.","seeds":1}', { prompt: 'A cat.', seeds: 1 }, 'A cat.'],
		['an object', { prompt: 'A cat.' }, { prompt: 'A cat.' }, 'A cat.'],
		['without a prompt', '{"seeds":1}', { seeds: 1 }, null],
		['broken', '{"prompt":"A cat', null, null],
		['empty', '', null, null],
		['null', null, null, null],
		['absent', ABSENT, null, null],
	])('%s', async (_, paramJson, params, prompt) => {
		expect(await itemFor({ data: { paramJson } })).toMatchObject({ params, prompt });
	});
});

describe('raw', () => {
	test("is the API's own data, untouched", async () => {
		const data = {
			taskId: 't',
			successFlag: '1',
			paramJson: '{"broken',
			response: { resultUrls: '["https://v.example.com/1.mp4"]', mediaIds: ['m1'], odd: null },
			errorMessage: '',
			newField: { of: ['the', 'API', 1, null] },
		};
		const tasks = [{ taskId: 't', states: [{ data }] }];
		const result = await run({ tasks, parameters: { output: 'raw' } });
		expect(jsonOf(result)).toEqual([data]);
	});

	test('is the same after a wait', async () => {
		const data = { taskId: 't', successFlag: 1, extra: true };
		const states = [{ data: { taskId: 't', successFlag: 0 } }, { afterLookups: 2, data }];
		const tasks = [{ taskId: 't', states }];
		const result = await run({ tasks, parameters: waiting({}, { output: 'raw' }) });
		expect(jsonOf(result)).toEqual([data]);
	});
});
