import type { IBinaryData, IBinaryKeyData } from 'n8n-workflow';

import type { DownloadResult } from '../../../nodes/ApikleyVeo/n8n/downloader';
import { toOutcome } from '../../../nodes/ApikleyVeo/output/outcome';
import type { Problem } from '../../../nodes/ApikleyVeo/errors/problem';
import type { ApiError } from '../../../nodes/ApikleyVeo/veo/api/envelope';
import type { UpgradeObstacle } from '../../../nodes/ApikleyVeo/veo/task/upgrade';
import type { Outcome, TaskResult } from '../../../nodes/ApikleyVeo/output/outcome';
import type { DownloadRequest } from '../../../nodes/ApikleyVeo/parameters/downloadRequest';
import type { TaskRequest } from '../../../nodes/ApikleyVeo/parameters/taskRequest';
import { parseTask } from '../../../nodes/ApikleyVeo/veo/task/task';
import { FAILED, RUNNING, SUCCEEDED, task } from '../support/records';
import { found, request, timedOut, waitRequest } from '../support/requests';

const succeeded = found(parseTask(SUCCEEDED));
const running = found(parseTask(RUNNING));
const failed = found(parseTask(FAILED));
const odd = found(task({ successFlag: 7 }));
const notFound = {
	kind: 'failed',
	error: { kind: 'notFound', code: 422, message: null },
	isKnown: false,
	stats: null,
} satisfies TaskResult;
const lateRunning = timedOut(parseTask(RUNNING));
/** At the end of the wait for a task that the node has created. */
const lateNotFound: TaskResult = {
	kind: 'timedOut',
	lastValue: null,
	lastError: 'not found',
	notFound: notFound.error,
	stats: { lookups: 4, waitedMs: 25_000 },
};

const DOWNLOAD: DownloadRequest = {
	videoSource: 'resultUrls',
	binaryProperty: 'film',
	onUnfinished: 'error',
};
const timeoutIsError = { wait: waitRequest('error') };
const timeoutIsData = { wait: waitRequest('output') };
const failureIsError = { onTaskFailed: 'error' } as const;
const download = { download: DOWNLOAD };
const creation = { prompt: 'a', aspectRatio: null, reasonToRefuse: null };
const downloadIfFinished = { download: { ...DOWNLOAD, onUnfinished: 'output' } } as const;

test.each<[string, Partial<TaskRequest>, TaskResult]>([
	['a task that succeeded', {}, succeeded],
	['a running task', {}, running],
	['a task of unknown status', {}, odd],
	['a failed task', {}, failed],
	['a task that succeeded, if failed ones are errors', failureIsError, succeeded],
	['a timeout, if it is output', timeoutIsData, lateRunning],
	['a timeout without a record, if it is output', timeoutIsData, timedOut(null)],
	['a timeout with an unknown task, if it is output', timeoutIsData, lateNotFound],
	['a task that succeeded, if timeouts are errors', timeoutIsError, succeeded],
	['a task whose videos are not downloaded yet', download, succeeded],
	['a failed task whose videos are wanted', download, failed],
	['an unfinished task whose videos are wanted later', downloadIfFinished, running],
	[
		'a timeout, if videos are wanted later',
		{ ...timeoutIsData, ...downloadIfFinished },
		lateRunning,
	],
])('%s is data', (_, fields, report) => {
	const given = request(fields);
	expect(toOutcome(given, report, null)).toEqual({ kind: 'task', request: given, report });
});

test('a failed task whose request was doubtful says why, if it is a problem', () => {
	const creation = { prompt: null, aspectRatio: null, reasonToRefuse: 'of X' };
	expect(toOutcome(request({ ...failureIsError, creation }), failed, null)).toMatchObject({
		problem: { description: expect.stringMatching(/because of X\.$/) },
	});
});

test.each<[string, Partial<TaskRequest>, TaskResult, number | string]>([
	['a failed task, if that is an error', failureIsError, failed, 400],
	['a timeout, if that is an error', timeoutIsError, lateRunning, 'WAIT_TIMED_OUT'],
	['a timeout without a record', timeoutIsError, timedOut(null), 'WAIT_TIMED_OUT'],
	['a lookup that failed', {}, notFound, 422],
	['a running task whose videos are wanted', download, running, 'TASK_NOT_FINISHED'],
	['a task of unknown status whose videos are wanted', download, odd, 'TASK_NOT_FINISHED'],
	[
		'a timeout without a record whose videos are wanted',
		{ ...timeoutIsData, ...download },
		timedOut(null),
		'TASK_NOT_FINISHED',
	],
])('%s is a problem', (_, fields, result, code) => {
	expect(toOutcome(request(fields), result, null)).toMatchObject({
		kind: 'problem',
		problem: { taskId: 'veo_1', code },
		task: null,
	});
});

test('an unknown task was looked for as long as its wait lasted', () => {
	const lost = { ...notFound, stats: { lookups: 10, waitedMs: 90_000 } };
	expect(toOutcome(request(), lost, null)).toMatchObject({
		problem: { message: expect.stringContaining('90 s') },
	});
});

test.each<[string, boolean, boolean]>([
	['an unknown task is final', false, false],
	['a task that was known before is not', true, true],
])('the error of %s', (_, isKnown, retryable) => {
	for (const kind of ['tooOld', 'unauthorized'] as const) {
		const error = { kind, code: 422, message: null };
		const result: TaskResult = { kind: 'failed', error, isKnown, stats: null };
		expect(toOutcome(request(), result, null)).toMatchObject({ problem: { retryable } });
	}
});

describe('a 1080p version', () => {
	const upgrade = request({ videoIndex: 0, ...timeoutIsError });
	const stats = { lookups: 1, waitedMs: 0 };
	const errors: ApiError[] = [
		{ kind: 'unauthorized', message: null },
		{ kind: 'noCredits', message: null },
		{ kind: 'notFound', code: 404, message: null },
		{ kind: 'tooOld', code: 422, message: null },
		...[302, 403, 422, 433, 505].map(
			(code): ApiError => ({ kind: 'rejected', code, message: 'No' }),
		),
		{ kind: 'rejected', code: 422, message: 'record status is not success' },
		{ kind: 'retriesExhausted', code: 503, reason: 'server error 503', attempts: 6 },
		{ kind: 'retriesExhausted', code: null, reason: 'bad', attempts: 1, isPermanent: true },
		{ kind: 'unexpected', message: 'A bug' },
	];

	test.each(errors)(
		'whose request fails (%j) is a problem of a task that keeps its item',
		(error) => {
			for (const failed of [
				{ isKnown: true, stats: null },
				{ isKnown: false, stats },
			]) {
				const outcome = toOutcome(upgrade, { kind: 'failed', error, ...failed }, null);
				expect(outcome).toMatchObject({
					problem: { taskId: 'veo_1', retryable: true },
					task: { request: upgrade, report: { kind: 'noUpgrade', stats: failed.stats } },
				});
			}
		},
	);

	test.each(errors)('has no advice about prompts and creations if it fails with %j', (error) => {
		const outcome = toOutcome(upgrade, { kind: 'failed', error, isKnown: true, stats: null }, null);
		const { message, description } = (outcome as { problem: Problem }).problem;
		expect(`${message} ${description}`).not.toMatch(/prompt|create|parameter/i);
		expect(message).toMatch(/1080p version of task veo_1/);
	});

	test.each(errors)('was not requested if the check of its task fails with %j', (error) => {
		const outcome = toOutcome(
			upgrade,
			{ kind: 'failed', error, isKnown: false, stats: null },
			null,
		);
		const final = ['unauthorized', 'notFound', 'tooOld'].includes(error.kind);
		expect(outcome).toMatchObject({
			problem: {
				retryable: !final,
				description: expect.stringMatching(/^No 1080p version was requested/),
			},
			task: null,
		});
	});

	test('that is not ready at the timeout leaves its task', () => {
		expect(toOutcome(upgrade, lateRunning, null)).toMatchObject({
			problem: { code: 'WAIT_TIMED_OUT', retryable: true },
			task: { report: lateRunning },
		});
	});

	test.each<[UpgradeObstacle, boolean, boolean]>([
		['failed', false, false],
		['notComplete', true, false],
		['fallback', true, true],
		['aspectRatio', true, true],
		['noSuchVideo', true, true],
	])('that its record tells against (%s) is retryable: %p, with its task: %p', (...row) => {
		const [obstacle, retryable, hasTask] = row;
		const outcome = toOutcome(upgrade, { kind: 'notUpgradable', obstacle }, null);
		expect(outcome).toMatchObject({ problem: { code: 'NOT_UPGRADABLE', retryable } });
		expect((outcome as { task: unknown }).task !== null).toBe(hasTask);
	});
});

test('an aborted lookup is neither data nor a problem', () => {
	expect(toOutcome(request(), { kind: 'aborted' }, null)).toEqual({ kind: 'aborted' });
});

describe('videos', () => {
	const stored = (data: string): DownloadResult => ({
		kind: 'stored',
		binary: { data, mimeType: 'video/mp4' },
	});
	const expired: DownloadResult = {
		kind: 'failed',
		url: 'https://example.com/1.mp4',
		failure: { kind: 'linkExpired', code: 404 },
	};
	const withVideos = (...videos: DownloadResult[]) =>
		toOutcome(request(download), succeeded, videos);
	const binaryOf = (outcome: Outcome): IBinaryKeyData | undefined => {
		const kept = outcome.kind === 'problem' ? outcome.task : outcome;
		return kept?.kind === 'task' ? kept.binary : undefined;
	};

	test('have numbered fields, and each item has a copy of its own', () => {
		const shared = stored('a') as { binary: IBinaryData };
		const outcome = withVideos(shared as DownloadResult, stored('b'), stored('c'));
		expect(outcome).toMatchObject({
			kind: 'task',
			binary: { film: { data: 'a' }, film_1: { data: 'b' }, film_2: { data: 'c' } },
		});
		expect(binaryOf(outcome)?.film).not.toBe(shared.binary);
	});

	test('keep their numbers if one of them failed, which is a problem', () => {
		const outcome = withVideos(expired, stored('b'));
		expect(outcome).toMatchObject({
			kind: 'problem',
			problem: { code: 404 },
			task: { request: request(download), report: succeeded },
		});
		expect(Object.keys(binaryOf(outcome) ?? {})).toEqual(['film_1']);
	});

	test('of a task without any are a problem that says why the last check failed', () => {
		const report = { ...succeeded, lastError: 'server error 503' };
		const outcome = toOutcome(request(download), report, []);
		const message = expect.stringContaining('server error 503');
		expect(outcome).toMatchObject({ problem: { code: 'NO_VIDEOS', message } });
	});

	test.each([
		['all failed', [expired, expired], 404],
		['the task has none', [], 'NO_VIDEOS'],
	])('leave a problem that keeps the task without binary fields if %s', (_, videos, code) => {
		const task = { kind: 'task', report: succeeded, binary: undefined };
		expect(withVideos(...videos)).toMatchObject({ kind: 'problem', problem: { code }, task });
	});

	test.each([
		['a failed download', [expired]],
		['no video', []],
	])('of a task that the node has created are not created again after %s', (_, videos) => {
		const advised = {
			problem: {
				description: expect.stringMatching(
					/pay for another video\. .* use Download with this task ID\.$/,
				),
			},
		};
		const wanted = { ...download, wait: waitRequest() };
		expect(toOutcome(request({ ...wanted, creation }), succeeded, videos)).toMatchObject(advised);
		expect(toOutcome(request(wanted), succeeded, videos)).not.toMatchObject(advised);
	});
});

describe('at the end of the wait, a task that the node has created', () => {
	const outcomeOf = (result: TaskResult) =>
		toOutcome(request({ ...timeoutIsError, creation }), result, null);

	test('exists, even if the API does not know it', () => {
		expect(outcomeOf(lateNotFound)).toMatchObject({ problem: { code: 422, retryable: true } });
	});

	test('is not to be created again if it is still running', () => {
		const description = expect.stringContaining("don't create it again");
		expect(outcomeOf(lateRunning)).toMatchObject({
			problem: { code: 'WAIT_TIMED_OUT', description, retryable: true },
		});
	});
});
