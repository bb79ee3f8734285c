import { invalidTaskId } from '../../../nodes/ApikleyVeo/errors/lookupProblems';
import { hintsFor } from '../../../nodes/ApikleyVeo/output/hints';
import type { Outcome, TaskOutcome } from '../../../nodes/ApikleyVeo/output/outcome';
import type { CreationSummary } from '../../../nodes/ApikleyVeo/parameters/creationRequest';
import type { JsonObject } from '../../../nodes/ApikleyVeo/veo/task/coerce';
import { task, taskWithResponse } from '../support/records';
import { found, request, timedOut, waitRequest } from '../support/requests';

const withTask = (fields: JsonObject = {}, taskId = 'veo_1'): TaskOutcome => ({
	kind: 'task',
	request: request({ taskId }),
	report: found(task(fields)),
});
const withTimeout = (fields: JsonObject | null): Outcome => ({
	kind: 'task',
	request: request(),
	report: timedOut(fields === null ? null : task(fields)),
});
const lateUpgrade: Outcome = {
	kind: 'task',
	request: request({ videoIndex: 0 }),
	report: timedOut(null),
};
const withVideo = (outcome: TaskOutcome): TaskOutcome => ({
	...outcome,
	binary: { data: { data: '', mimeType: 'video/mp4' } },
});
const empty = { message: 'Task ID is empty.', advice: 'Enter it.' };
const problem: Outcome = { kind: 'problem', problem: invalidTaskId('', empty), task: null };
const hints = (
	outcomes: readonly Outcome[],
	{ byStatus = false, maxStartDelayMs = 0, isApiLocal = false } = {},
) => hintsFor(outcomes, { byStatus, maxStartDelayMs, isApiLocal });
const failed = (taskId: string, errorMessage = 'Flagged.') =>
	withTask({ successFlag: 2, errorMessage }, taskId);
const created = (summary: Partial<CreationSummary>, fields: JsonObject = {}): TaskOutcome => {
	const creation = { prompt: null, aspectRatio: null, reasonToRefuse: null, ...summary };
	return { ...withTask(fields), request: request({ creation }) };
};
const withRatio = (wanted: string, recorded: string) =>
	created({ aspectRatio: wanted }, { paramJson: JSON.stringify({ aspectRatio: recorded }) });
const doubtful = (successFlag: number) => created({ reasonToRefuse: 'of X' }, { successFlag });
const some = { ...problem, task: withVideo(withTask()) };
const fallback = withTask({ fallbackFlag: true });
const extended = withTask(taskWithResponse({ fullResultUrls: ['https://example.com/full.mp4'] }));

test.each<[string, Outcome[]]>([
	['nothing', []],
	['tasks that did not fail', [0, 1].map((successFlag) => withTask({ successFlag }))],
	['problems and aborted items', [problem, { kind: 'aborted' }]],
	['a fallback model without a video', [withTask({ successFlag: 0, fallbackFlag: true })]],
	['a task without any of its videos', [{ ...problem, task: withTask() }]],
	['an unknown fallback flag', [withTask({ fallbackFlag: undefined })]],
	['downloaded videos', [withVideo(withTask())]],
	['an extended task without a download', [extended]],
	['a task that the API took against its documentation', [doubtful(1)]],
	['the aspect ratio that was asked for', [withRatio('16:9', '16:9')]],
	['an aspect ratio that the model chose', [withRatio('Auto', '16:9'), withRatio('16:9', 'Auto')]],
])('there is no hint for %s', (_, outcomes) => {
	expect(hints(outcomes)).toEqual([]);
});

test.each<[string, Outcome[], RegExp[]]>([
	['an unknown status', [withTask({ successFlag: 7 })], [/^1 of 1 item .*successFlag.*"unknown"/]],
	['the fallback model', [fallback, withTask(), fallback], [/^2 of 3 items .*720p.*1080p/]],
	['a doubtful request', [doubtful(0), doubtful(1)], [/^1 of 2 items .*may refuse.*because of X/]],
	[
		'another aspect ratio',
		[withRatio('16:9', '16:9'), withRatio('9:16', '16:9')],
		[/^1 of 2 items .*asked for 9:16, .* in 16:9\..*"aspect_ratio": "9:16"/],
	],
	['a timeout', [withTimeout({ successFlag: 0 }), problem], [/^1 of 2 items .*raise Timeout/]],
	[
		'a timeout of a task that was created',
		[{ ...created({}), report: timedOut(null) }, problem],
		[/^1 of 2 items .*Use Wait Until Complete with its ID, .* pay for another video\. /],
	],
	['a 1080p version that is not ready', [lateUpgrade, problem], [/^1 of 2 items .*1080p version/]],
	['missing videos', [some, problem], [/^1 of 2 items \(veo_1\): .*couldn't be downloaded/]],
	['a base clip', [withVideo(extended), extended], [/^1 of 2 items .*base clip.*fullResultUrls/]],
	[
		'several things at once',
		[withTimeout({ successFlag: 7 }), fallback, withTimeout(null), withTask({ successFlag: 9 })],
		[/^2 of 4 items .*successFlag/, /^1 of 4 items .*fallback/, /^2 of 4 items .*timed out/],
	],
	[
		'failed tasks',
		[withTask(), failed('a'), failed('b')],
		[/^2 of 3 items \(a, b\): the task failed: Flagged\. It is passed on/],
	],
	[
		'failed tasks with different reasons',
		[failed('a'), failed('b', 'No'), failed('c')],
		[/\(a, b, c\): the tasks failed for 2 reasons: "Flagged" \(a, c\), "No" \(b\)\. They are/],
	],
	[
		'failed tasks with many reasons',
		[...'abcde'].map((id) => failed(id, id.toUpperCase())),
		[/: the tasks failed for 5 reasons: "A" \(a\), "B" \(b\), "C" \(c\) and 2 more\. /],
	],
	['a reason of any length', [failed('a', 'Long '.repeat(9_999))], [/^.{20,800}$/]],
	['a failed task without a reason', [failed('a', '')], [/the task failed: no reason given\. /]],
	['three tasks', ['a', 'b', 'a', 'c'].map((id) => failed(id)), [/^4 of 4 items \(a, b, c\): /]],
	['more tasks', [...'abcde'].map((id) => failed(id)), [/^5 of 5 items \(a, b, c and 2 more\): /]],
])('a hint reports %s, and how many items it concerns', (_, outcomes, messages) => {
	expect(hints(outcomes)).toEqual(
		messages.map((message) => ({
			message: expect.stringMatching(message),
			type: 'warning',
			location: 'outputPane',
		})),
	);
});

test('there is no hint about failed tasks by status, as they have an output of their own', () => {
	expect(hints([failed('a')], { byStatus: true })).toEqual([]);
	expect(hints([fallback], { byStatus: true })).toHaveLength(1);
});

describe('the hint about late checks', () => {
	const waited = (...intervals: number[]): Outcome[] =>
		intervals.map((interval) => ({
			kind: 'task',
			request: request({ wait: waitRequest('error', { interval }) }),
			report: found(task()),
		}));

	test('names the delay and the shortest interval', () => {
		expect(hints([...waited(30, 10), problem], { maxStartDelayMs: 12_300 })).toEqual([
			{
				message: expect.stringMatching(/ 12 s late.* Interval of 10 s\..*Requests per Second/),
				type: 'warning',
				location: 'outputPane',
			},
		]);
	});

	test.each<[string, Outcome[], number]>([
		['a delay of half the interval', waited(10), 5_000],
		['a delay below a second', waited(0.1), 900],
		['a run without waits', [withTask(), problem], 60_000],
	])('is not there for %s', (_, outcomes, maxStartDelayMs) => {
		expect(hints(outcomes, { maxStartDelayMs })).toEqual([]);
	});
});

describe('an address in a local network', () => {
	const outcomes = [
		created({ localImageHost: 'localhost:3000' }),
		created({ localCallbackHost: '10.0.0.7' }),
	];

	test('is hinted at, as an API in the internet cannot reach it', () => {
		expect(hints(outcomes).map(({ message }) => message)).toEqual([
			expect.stringMatching(/^1 of 2 items .* images .* localhost:3000 /),
			expect.stringMatching(/^1 of 2 items .* Callback URL at 10\.0\.0\.7,/),
		]);
	});

	test('is not hinted at if the API is in a local network, too', () => {
		expect(hints(outcomes, { isApiLocal: true })).toEqual([]);
	});
});
