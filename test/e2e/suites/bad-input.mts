import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { lab } from '../support/test-bed.mjs';

const OK = { taskId: 'ok' };
const succeeded = (taskId: string) => expect.objectContaining({ taskId, status: 'succeeded' });
const invalid = (taskId: unknown, words: string | RegExp) => ({
	taskId,
	code: 'INVALID_INPUT',
	message: expect.stringMatching(words),
});

/** The bad item between two good ones. */
async function between(
	bad: IDataObject,
	parameters: INodeParameters,
	onError: 'continueRegularOutput' | 'stopWorkflow',
) {
	const items = [OK, bad, OK];
	return await lab().run({ items, parameters, node: { onError } });
}

/** The bad one fails alone, if failures are to go on as items; else it stops all before anything is sent. */
async function expectOnlyItToFail(
	bad: IDataObject,
	parameters: INodeParameters,
	problem: ReturnType<typeof invalid>,
) {
	const { json } = await between(bad, parameters, 'continueRegularOutput');
	expect(json).toEqual([succeeded('ok'), problem, succeeded('ok')]);
	expect(lab().simulator.summary().perTask).toEqual({ ok: 1 });

	lab().simulator.clearRequests();
	const { execution } = await between(bad, parameters, 'stopWorkflow');
	expect(execution.status).toBe('error');
	expect(execution.error).toMatchObject({ message: problem.message, context: { itemIndex: 1 } });
	expect(lab().simulator.requests()).toEqual([]);
}

describe('Bad input', () => {
	beforeEach(() => lab().simulator.addTask(OK));

	describe('a Task ID', () => {
		test.each([
			['empty', { taskId: '' }, '', 'Task ID is empty'],
			['blank', { taskId: ' \n\t ' }, ' \n\t ', 'Task ID is empty'],
			['absent', {}, null, 'Task ID is empty'],
			['null', { taskId: null }, null, 'Task ID is empty'],
			[
				'of 10,000 characters',
				{ taskId: 'x'.repeat(10_000) },
				'x'.repeat(10_000),
				'10000 characters',
			],
			['a list', { taskId: ['ok', 'ok'] }, ['ok', 'ok'], 'Task ID is a list.*Split Out'],
			[
				'an object',
				{ taskId: { id: 'ok' } },
				{ id: 'ok' },
				'Task ID must be text, but is an object',
			],
			['true', { taskId: true }, true, 'Task ID must be text, but is true'],
		])('that is %s', async (_, bad, taskId, words) => {
			const parameters = { operation: 'getStatus' };
			await expectOnlyItToFail(bad, parameters, invalid(taskId, words));
		});

		test.each(['задача-🎬-作業', '&=#?/', 'a+b c%20d', '../../x', '"\\'])(
			'of odd characters is looked up as it is: %s',
			async (taskId) => {
				lab().simulator.addTask({ taskId });
				const { json } = await lab().run({
					items: [{ taskId }],
					parameters: { operation: 'getStatus' },
				});
				expect(json).toEqual([succeeded(taskId)]);
				expect(lab().simulator.summary().perTask).toEqual({ [taskId]: 1 });
			},
		);

		test('that is a number is taken as text', async () => {
			lab().simulator.addTask({ taskId: '20260102' });
			const items = [{ taskId: 20260102 }];
			const { json } = await lab().run({ items, parameters: { operation: 'getStatus' } });
			expect(json).toEqual([succeeded('20260102')]);
		});
	});

	describe('a polling setting from an expression', () => {
		const parameters = {
			operation: 'waitUntilComplete',
			polling: { interval: '={{ $json.interval ?? 0.1 }}', timeout: '={{ $json.timeout ?? 60 }}' },
		};

		test.each([
			['an Interval of 0', { interval: 0 }, 'Interval must be a number of seconds.*but is 0'],
			['an Interval below 0', { interval: -5 }, 'Interval must be.*but is -5'],
			['an Interval that is text', { interval: 'soon' }, 'Interval must be.*but is "soon"'],
			['an Interval that is a list', { interval: [1] }, 'Interval must be.*but is \\[1\\]'],
			['a Timeout below 0', { timeout: -1 }, 'Timeout must be.*but is -1'],
		])('%s', async (_, settings, words) => {
			await expectOnlyItToFail(
				{ taskId: 'other', ...settings },
				parameters,
				invalid('other', words),
			);
		});

		test('an Interval that is NaN', async () => {
			const polling = { interval: '={{ $json.taskId === "other" ? NaN : 0.1 }}' };
			const problem = invalid('other', 'Interval must be.*but is NaN');
			await expectOnlyItToFail({ taskId: 'other' }, { ...parameters, polling }, problem);
		});

		test('a Timeout shorter than the Interval: the last lookup is when it is over', async () => {
			lab().simulator.addTask({ taskId: 'soon', durationLookups: 1 });
			const { json } = await lab().run({
				items: [{ taskId: 'soon', interval: 600, timeout: 0.4 }],
				parameters,
			});
			expect(json).toEqual([succeeded('soon')]);
			expect(json[0]?.wait).toMatchObject({ lookups: 2, timedOut: false });
			const [first, last] = lab().simulator.requests();
			expect(Number(last?.startedAt) - Number(first?.startedAt)).toBeLessThan(10_000);
		});
	});

	test('an option that cannot be used is named, and nothing is sent', async () => {
		const { execution } = await lab().run({
			items: [OK],
			parameters: { operation: 'getStatus', options: { maxConcurrency: '={{ 0.5 }}' } },
		});
		expect(execution.error?.message).toMatch(/Max Concurrency must be a whole number.*but is 0\.5/);
		expect(lab().simulator.requests()).toEqual([]);
	});
});
