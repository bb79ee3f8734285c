import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { binaryFiles, useBinaryData } from './support/binary-data.mjs';
import { useTimeTravel } from './support/parked-execution.mjs';
import {
	jsonOf,
	linksOf,
	NEVER,
	ORDERS,
	simulator,
	startParked,
	useSimulator,
} from './support/simulated.mjs';

useSimulator();
useTimeTravel();
useBinaryData();

const SECOND = 1_000;
const PATH = 'apikley-veo';

const parked = (polling: INodeParameters = {}, more: INodeParameters = {}): INodeParameters => ({
	operation: 'waitUntilComplete',
	whileWaiting: 'park',
	polling: { parkAfter: 0, timeout: 3_600, ...polling },
	...more,
});

const callback = (taskId: string | number): IDataObject => ({
	code: 200,
	msg: 'success',
	data: { taskId, info: { resultUrls: ['https://forged.example.com/1.mp4'] } },
});

/** Numbers, times and n8n's token differ from one execution to the next. Everything else must be the same. */
const withoutNumbers = (saved: string) =>
	saved.replaceAll(/"[0-9a-f]{64}"/g, '""').replaceAll(/\d+(\.\d+)?(e-?\d+)?/g, '0');

describe.each(ORDERS)('in execution order %s', (executionOrder) => {
	test('a callback ends a parked wait before its next lookup is due, with one lookup', async () => {
		const execution = await startParked({
			tasks: [{ taskId: 't' }],
			parameters: parked({ initialDelay: 600 }),
			executionOrder,
		});
		expect(await execution.call({ body: callback('t') }, 20 * SECOND)).toBe(true);
		const { status, outputs, saved } = execution.result;
		expect(status).toBe('success');
		expect(outputs.map(linksOf)).toEqual([[['t', 0]]]);
		expect(jsonOf(execution.result)).toMatchObject([
			{ status: 'succeeded', wait: { lookups: 1, timedOut: false } },
		]);
		expect(JSON.stringify(outputs)).not.toContain('forged');
		expect(saved).not.toContain('apikleyVeoParked');
	});

	test.each([12345, ' 12345\u200b'])('a callback can name its task as %j', async (taskId) => {
		const execution = await startParked({
			tasks: [{ taskId: '12345' }],
			parameters: parked({ initialDelay: 600 }),
			executionOrder,
		});
		expect(await execution.call({ body: callback(taskId) }, 20 * SECOND)).toBe(true);
		expect(jsonOf(execution.result)).toMatchObject([{ taskId: '12345', status: 'succeeded' }]);
	});

	test('after a callback for one task the others are waited for, and then all are downloaded', async () => {
		const execution = await startParked({
			tasks: [{ taskId: 'first' }, { taskId: 'second', durationLookups: 1 }],
			parameters: parked({ initialDelay: 600 }, { downloadVideos: true }),
			executionOrder,
		});
		expect(await execution.call({ body: callback('first') }, 20 * SECOND)).toBe(true);
		expect(execution.isParked).toBe(true);
		expect(simulator.summary('videos').requests).toBe(0);
		expect(await execution.call({ body: callback('second') }, 20 * SECOND)).toBe(true);
		const [items = []] = execution.result.outputs;
		expect(linksOf(items)).toEqual([
			['first', 0],
			['second', 1],
		]);
		expect(await binaryFiles()).toHaveLength(2);
		expect(simulator.summary().perTask).toEqual({ first: 1, second: 2 });
	});

	test.each<[string, IDataObject | string | undefined, path: string]>([
		['for another task', callback('other'), PATH],
		['for a task that has been found before', callback('complete'), PATH],
		['without a task', { code: 200 }, PATH],
		['that is not JSON', 'not JSON', PATH],
		['without a body', undefined, PATH],
		['at another path', callback('never'), 'other'],
	])('a call %s changes nothing', async (_, body, path) => {
		const execution = await startParked({
			tasks: [{ taskId: 'complete' }, NEVER],
			parameters: parked(),
			executionOrder,
		});
		const { saved, waitTill } = execution;
		expect(await execution.call({ body, path })).toBe(false);
		expect(execution.saved).toBe(saved);
		expect(execution.waitTill).toBe(waitTill);
		expect(simulator.summary().requests).toBe(2);
	});

	test('two callbacks at once, both from the same saved execution, lose nothing', async () => {
		const execution = await startParked({
			tasks: [{ taskId: 'a' }, { taskId: 'b' }],
			parameters: parked({ initialDelay: 600 }),
			executionOrder,
		});
		const copy = execution.copy();
		await execution.call({ body: callback('a') }, 20 * SECOND);
		await copy.call({ body: callback('b') });
		for (const { result } of [execution, copy]) {
			expect(result.status).toBe('success');
			expect(linksOf(result.outputs[0])).toEqual([
				['a', 0],
				['b', 1],
			]);
		}
	});

	test('callbacks leave nothing in the saved execution that time would not', async () => {
		const tasks = [{ taskId: 'a' }, { taskId: 'b' }, { taskId: 'c' }, NEVER];
		const run = { tasks, parameters: parked({ initialDelay: 600 }), executionOrder };
		const called = await startParked(run);
		for (const taskId of 'abc') await called.call({ body: callback(taskId) }, 20 * SECOND);
		const timed = await startParked(run);
		await timed.resume();
		await timed.resume();
		expect(called.isParked).toBe(true);
		expect(withoutNumbers(called.saved)).toBe(withoutNumbers(timed.saved));
	});
});

test.each(['structured', 'raw'])(
	'an address that resumes an execution is on no item, and not saved (Output Format: %s)',
	async (output) => {
		const callBackUrl = 'https://n8n.example.com/webhook-waiting/7/apikley-veo?signature=5f0c';
		const execution = await startParked({
			tasks: [{ taskId: 't', params: { prompt: 'A dog', callBackUrl } }, NEVER],
			parameters: parked({ timeout: 100, onTimeout: 'output' }, { output }),
		});
		expect(execution.saved).not.toContain('5f0c');
		const [item] = jsonOf(await execution.finish());
		const params = output === 'raw' ? JSON.parse(item?.paramJson as string) : item?.params;
		expect(params).toMatchObject({ prompt: 'A dog', callBackUrl: '***' });
		expect(execution.result.saved).not.toContain('5f0c');
	},
);
