import type { IBinaryData, IBinaryKeyData } from 'n8n-workflow';

import { toOutcome } from '../../../nodes/ApikleyVeo/output/outcome';
import type { TaskResult } from '../../../nodes/ApikleyVeo/output/outcome';
import type { VideoDownload } from '../../../nodes/ApikleyVeo/output/binary';
import type { DownloadRequest } from '../../../nodes/ApikleyVeo/parameters/downloadRequest';
import type { TaskRequest } from '../../../nodes/ApikleyVeo/parameters/taskRequest';
import type { VeoTask } from '../../../nodes/ApikleyVeo/veo/task/task';
import { parseTask } from '../../../nodes/ApikleyVeo/veo/task/task';
import { FAILED, RUNNING, SUCCEEDED, task } from '../support/records';
import { known, request } from '../support/requests';

const schedule = {
	initialDelayMs: 0,
	intervalMs: 10_000,
	backoffFactor: 1,
	maxIntervalMs: 60_000,
	timeoutMs: 25_000,
};

const waiting = (onTimeout: 'error' | 'output'): Partial<TaskRequest> => ({
	wait: { schedule, onTimeout },
});

const timedOut = { wait: { lookups: 4, waitedMs: 25_000 }, timedOut: true };

describe('data', () => {
	test.each<[string, TaskRequest, TaskResult]>([
		['a task that succeeded', request(), known(parseTask(SUCCEEDED))],
		['a task that runs', request(), known(parseTask(RUNNING))],
		['a task of unknown status', request(), known(task({ successFlag: 7 }))],
		['a failed task, unless errors are wanted', request(), known(parseTask(FAILED))],
		[
			'a task that succeeded, where failed ones are errors',
			request({ onTaskFailed: 'error' }),
			known(parseTask(SUCCEEDED)),
		],
		[
			'a timeout, where it is to be output',
			request(waiting('output')),
			known(parseTask(RUNNING), timedOut),
		],
		[
			'a timeout before anything was known, where it is to be output',
			request(waiting('output')),
			known(null, timedOut),
		],
		[
			'a wait that ended in time, where timeouts are errors',
			request(waiting('error')),
			known(parseTask(SUCCEEDED), { wait: timedOut.wait }),
		],
	])('%s', (_, asked, finding) => {
		expect(toOutcome(asked, finding)).toEqual({ kind: 'task', request: asked, finding });
	});
});

describe('a problem', () => {
	test('a failed task, where errors are wanted', () => {
		const outcome = toOutcome(request({ onTaskFailed: 'error' }), known(parseTask(FAILED)));
		expect(outcome).toMatchObject({
			kind: 'problem',
			problem: { taskId: 'veo_1', code: 400, message: expect.stringContaining('flagged') },
		});
	});

	test('a timeout, with the status last seen and the time waited', () => {
		const outcome = toOutcome(request(waiting('error')), known(parseTask(RUNNING), timedOut));
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
		expect(toOutcome(request(waiting('error')), finding)).toMatchObject({
			kind: 'problem',
			problem: {
				code: 'WAIT_TIMED_OUT',
				message: expect.stringMatching(/"unknown".*server error 503/),
			},
		});
	});

	test('a lookup that failed', () => {
		const lookup = { kind: 'notFound', code: 422, message: null } as const;
		expect(toOutcome(request(), { kind: 'failed', lookup })).toMatchObject({
			kind: 'problem',
			problem: { taskId: 'veo_1', code: 422, passes: false },
		});
	});
});

test('an aborted lookup is neither', () => {
	expect(toOutcome(request(), { kind: 'aborted' })).toEqual({ kind: 'aborted' });
});

describe('videos', () => {
	const download: DownloadRequest = {
		videoSource: 'resultUrls',
		binaryProperty: 'film',
		onUnfinished: 'error',
	};
	const succeeded = parseTask(SUCCEEDED);
	const stored = (data: string): VideoDownload => ({
		kind: 'stored',
		binary: { data, mimeType: 'video/mp4' },
	});
	const gone: VideoDownload = {
		kind: 'failed',
		url: 'https://example.com/1.mp4',
		failure: { kind: 'linkExpired', code: 404 },
	};
	const decideOn = (found: VeoTask | null, videos: VideoDownload[] | null, fields = {}) =>
		toOutcome(request({ download: { ...download, ...fields } }), known(found, { videos }));

	test('are numbered by their place, each item with a copy of its own', () => {
		const shared = stored('a');
		const outcome = decideOn(succeeded, [shared, stored('b'), stored('c')]);
		expect(outcome).toMatchObject({
			kind: 'task',
			binary: { film: { data: 'a' }, film_1: { data: 'b' }, film_2: { data: 'c' } },
		});
		expect((outcome as { binary: IBinaryKeyData }).binary.film).not.toBe(
			(shared as { binary: IBinaryData }).binary,
		);
	});

	test('one that failed is a problem, with the others beside it under their own numbers', () => {
		const outcome = decideOn(succeeded, [gone, stored('b')]);
		expect(outcome).toMatchObject({ kind: 'problem', problem: { code: 404 } });
		expect(Object.keys((outcome as { binary: IBinaryKeyData }).binary)).toEqual(['film_1']);
		expect(decideOn(succeeded, [gone, gone])).toMatchObject({ binary: undefined });
	});

	test('that the task does not have are a problem', () => {
		expect(decideOn(succeeded, [])).toMatchObject({ problem: { code: 'NO_VIDEOS' } });
	});

	test('that are not downloaded yet are not', () => {
		expect(decideOn(succeeded, null)).toMatchObject({ kind: 'task' });
	});

	test.each([parseTask(RUNNING), task({ successFlag: 7 }), null])(
		'of a task that has not ended: a problem, or data where that is wanted',
		(found) => {
			expect(decideOn(found, null)).toMatchObject({ problem: { code: 'TASK_NOT_FINISHED' } });
			expect(decideOn(found, null, { unfinished: 'output' })).toMatchObject({ kind: 'task' });
		},
	);

	test('of a task that failed: data like any other', () => {
		expect(decideOn(parseTask(FAILED), null)).toMatchObject({ kind: 'task' });
	});
});
