import { decide } from '../../../nodes/ApikleyVeo/items/outcome';
import type { Finding } from '../../../nodes/ApikleyVeo/items/outcome';
import type { TaskRequest } from '../../../nodes/ApikleyVeo/settings/request';
import type { VeoTask } from '../../../nodes/ApikleyVeo/veo/task/task';
import { readTask } from '../../../nodes/ApikleyVeo/veo/task/task';
import { FAILED, RUNNING, SUCCEEDED, task } from '../support/records';

const schedule = {
	initialDelayMs: 0,
	intervalMs: 10_000,
	backoffFactor: 1,
	maxIntervalMs: 60_000,
	timeoutMs: 25_000,
};

function request(fields: Partial<TaskRequest> = {}): TaskRequest {
	return { taskId: 'veo_1', wait: null, failedTask: 'output', output: 'structured', ...fields };
}

const waiting = (onTimeout: 'error' | 'output'): Partial<TaskRequest> => ({
	wait: { schedule, onTimeout },
});

function known(
	found: VeoTask | null,
	fields: Partial<Extract<Finding, { kind: 'known' }>> = {},
): Finding {
	return { kind: 'known', task: found, wait: null, timedOut: false, trouble: null, ...fields };
}

const timedOut = { wait: { lookups: 4, waitedMs: 25_000 }, timedOut: true };

describe('data', () => {
	test.each<[string, TaskRequest, Finding]>([
		['a task that succeeded', request(), known(readTask(SUCCEEDED))],
		['a task that runs', request(), known(readTask(RUNNING))],
		['a task of unknown status', request(), known(task({ successFlag: 7 }))],
		['a failed task, unless errors are wanted', request(), known(readTask(FAILED))],
		[
			'a task that succeeded, where failed ones are errors',
			request({ failedTask: 'error' }),
			known(readTask(SUCCEEDED)),
		],
		[
			'a timeout, where it is to be output',
			request(waiting('output')),
			known(readTask(RUNNING), timedOut),
		],
		[
			'a timeout before anything was known, where it is to be output',
			request(waiting('output')),
			known(null, timedOut),
		],
		[
			'a wait that ended in time, where timeouts are errors',
			request(waiting('error')),
			known(readTask(SUCCEEDED), { wait: timedOut.wait }),
		],
	])('%s', (_, asked, finding) => {
		expect(decide(asked, finding)).toEqual({ kind: 'task', request: asked, finding });
	});
});

describe('a problem', () => {
	test('a failed task, where errors are wanted', () => {
		const outcome = decide(request({ failedTask: 'error' }), known(readTask(FAILED)));
		expect(outcome).toMatchObject({
			kind: 'problem',
			problem: { taskId: 'veo_1', code: 400, message: expect.stringContaining('flagged') },
		});
	});

	test('a timeout, with the status last seen and the time waited', () => {
		const outcome = decide(request(waiting('error')), known(readTask(RUNNING), timedOut));
		expect(outcome).toMatchObject({
			kind: 'problem',
			problem: {
				code: 'WAIT_TIMED_OUT',
				message: expect.stringMatching(/veo_1 .*after 25 s .*"generating"/),
				description: null,
			},
		});
	});

	test('a timeout before anything was known, with the last trouble', () => {
		const finding = known(null, { ...timedOut, trouble: 'server error 503' });
		expect(decide(request(waiting('error')), finding)).toMatchObject({
			kind: 'problem',
			problem: {
				code: 'WAIT_TIMED_OUT',
				message: expect.stringContaining('"unknown"'),
				description: expect.stringContaining('server error 503'),
			},
		});
	});

	test('a lookup that failed', () => {
		const lookup = { kind: 'notFound', code: 422, message: null } as const;
		expect(decide(request(), { kind: 'failed', lookup })).toMatchObject({
			kind: 'problem',
			problem: { taskId: 'veo_1', code: 422, passes: false },
		});
	});
});

test('an aborted lookup is neither', () => {
	expect(decide(request(), { kind: 'aborted' })).toEqual({ kind: 'aborted' });
});
