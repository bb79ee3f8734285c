import { createPlan } from '../../../nodes/ApikleyVeo/execution/plan';
import { done } from '../../../nodes/ApikleyVeo/execution/run';
import type { JobState, Run } from '../../../nodes/ApikleyVeo/execution/run';
import { awaits, restoreRun, saveRun } from '../../../nodes/ApikleyVeo/execution/savedRun';
import { invalidTaskId, unknownSavedRun } from '../../../nodes/ApikleyVeo/errors/lookupProblems';
import type { JsonObject } from '../../../nodes/ApikleyVeo/veo/task/coerce';
import { parseTask } from '../../../nodes/ApikleyVeo/veo/task/task';
import { task } from '../support/records';
import { found, request, timedOut, waitRequest } from '../support/requests';

const problem = invalidTaskId('', { message: 'Task ID is empty.', advice: 'Enter it.' });
const wait = { startedAt: 1_000, dueAt: 66_000, lookups: 1, incompleteSince: null };
const TOO_OLD = { kind: 'tooOld', code: 422, message: null } as const;
const STATES: JobState[] = [
	{ kind: 'new' },
	{ kind: 'parked', wait: { ...wait, lastValue: task({ successFlag: 0 }) } },
	{ kind: 'parked', wait: { ...wait, lastValue: null } },
	{ kind: 'parked', wait: { ...wait, lastValue: task({ response: null }), incompleteSince: 900 } },
	// Saved before waits had incompleteSince
	{ kind: 'parked', wait: { startedAt: 1_000, dueAt: 66_000, lookups: 1, lastValue: task() } },
	done(found(task(), { lookups: 3, waitedMs: 20_000 })),
	done(found(task({ successFlag: 2 }))),
	done(found(parseTask({ code: 400, msg: 'Only English prompts' }))),
	done(timedOut(task({ successFlag: 0 }))),
	done(timedOut(null)),
	done({ kind: 'failed', error: TOO_OLD, isKnown: true, stats: null }),
	done({ kind: 'aborted' }),
];

/** One item for each state, and an invalid one. */
const RUN: Run = {
	plan: createPlan([
		...STATES.map((_, index) => {
			const fields = { taskId: `veo_${index}`, wait: waitRequest() };
			return { kind: 'task' as const, request: request(fields) };
		}),
		{ kind: 'invalid' as const, problem },
	]),
	states: STATES,
	maxStartDelayMs: 250,
};

/** Through n8n's database. */
const savedAsJson = (run: Run) => JSON.parse(JSON.stringify(saveRun(run))) as JsonObject;

test('a saved run is restored as it was, tasks included', () => {
	expect(restoreRun(savedAsJson(RUN))).toEqual(RUN);
});

test('a saved run has the version of its form', () => {
	expect(savedAsJson(RUN)).toMatchObject({ version: 2 });
});

test('a run that was saved as version 1 is restored', () => {
	expect(restoreRun({ ...savedAsJson(RUN), version: 1 })).toEqual(RUN);
});

test('a saved run awaits the callbacks of its parked tasks only', () => {
	const awaited = [...STATES.keys(), STATES.length]
		.map((number) => `veo_${number}`)
		.filter((taskId) => awaits(savedAsJson(RUN), { taskId, token: null, receivedAt: 0 }));
	expect(awaited).toEqual(['veo_1', 'veo_2', 'veo_3', 'veo_4']);
});

test('a run that was saved in an unknown form awaits no callback', () => {
	const saved = { ...savedAsJson(RUN), version: 99 };
	expect(awaits(saved, { taskId: 'veo_1', token: null, receivedAt: 0 })).toBe(false);
});

describe('a run that another version of the node saved', () => {
	const restored = (changes: JsonObject) => restoreRun({ ...savedAsJson(RUN), ...changes });

	test.each([[99], ['1'], [undefined]])(
		'in a form of version %p has a problem for each item',
		(version) => {
			const { plan, states } = restored({ version });
			expect(plan.items).toHaveLength(RUN.plan.items.length);
			expect([plan.jobs, states]).toEqual([[], []]);
			for (const item of plan.items) {
				expect(item).toMatchObject({
					kind: 'problem',
					problem: { taskId: null, code: 'UNKNOWN_SAVED_RUN', retryable: true },
				});
			}
		},
	);

	test.each<[string, JsonObject, string[]]>([
		['names all its tasks once', { jobs: [{ taskId: 'a' }, { id: { taskId: 'b' } }] }, ['a', 'b']],
		['names its only task', { tasks: [{ taskId: 'a' }, { taskId: 'a' }] }, ['a']],
		['names no task if it has none', { tasks: [{ taskId: 7 }] }, []],
	])('%s', (_, saved, taskIds) => {
		expect(restoreRun({ version: 99, ...saved }).plan.items).toEqual([
			{ kind: 'problem', problem: unknownSavedRun(taskIds) },
		]);
	});
});
