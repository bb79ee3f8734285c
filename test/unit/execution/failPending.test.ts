import { invalidRequest } from '../../../nodes/ApikleyVeo/errors/lookupProblems';
import { failPending } from '../../../nodes/ApikleyVeo/execution/failPending';
import { createPlan } from '../../../nodes/ApikleyVeo/execution/plan';
import type { PlannableRequest } from '../../../nodes/ApikleyVeo/execution/plan';
import { newRun } from '../../../nodes/ApikleyVeo/execution/run';
import type { JobState } from '../../../nodes/ApikleyVeo/execution/run';
import type { VeoTask } from '../../../nodes/ApikleyVeo/veo/task/task';
import { task } from '../support/records';
import { request, waitRequest } from '../support/requests';

const wait = waitRequest();
const existing: PlannableRequest = { kind: 'task', request: request({ wait }) };
const upgrade: PlannableRequest = { kind: 'task', request: request({ wait, videoIndex: 0 }) };
const created: PlannableRequest = {
	kind: 'created',
	request: request({ wait, creation: { prompt: 'A city' } as never }),
	data: {},
	wakes: false,
};

const parked = (lastValue: VeoTask | null): JobState => {
	return { kind: 'parked', wait: { startedAt: 0, dueAt: 1, lookups: 1, lastValue } };
};
const generating = task({ successFlag: 0 });

test.each<[string, PlannableRequest, boolean]>([
	['tells not to create it again if the node has created it', created, true],
	['says nothing of that otherwise', existing, false],
])('the problem of a task %s', (_, parsed, isTold) => {
	const run = newRun(createPlan([parsed]));
	const problemOf = (taskId: string | null) =>
		invalidRequest(taskId, { message: 'No.', advice: '' });
	const [item] = failPending(run, problemOf, () => {}).plan.items;
	const description = item?.kind === 'problem' ? item.problem.description : '';
	expect(description.includes("don't create it again")).toBe(isTold);
});

test.each<[string, PlannableRequest, JobState, boolean]>([
	['that was never looked up', existing, { kind: 'new' }, false],
	['that no lookup has found', existing, parked(null), false],
	['that was generating', existing, parked(generating), true],
	['that the node has created', created, parked(null), true],
	['whose upgrade was waited for', upgrade, parked(null), true],
])('the problem of a task %s is final unless the task exists', (_, parsed, state, retryable) => {
	const run = { ...newRun(createPlan([parsed])), states: [state] };
	const problemOf = (taskId: string | null) =>
		invalidRequest(taskId, { message: 'No.', advice: '' });
	const { plan } = failPending(run, problemOf, () => {});
	expect(plan.items).toMatchObject([{ kind: 'problem', problem: { retryable } }]);
});
