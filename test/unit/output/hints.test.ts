import { invalidTaskId } from '../../../nodes/ApikleyVeo/errors/lookupProblems';
import { hintsFor } from '../../../nodes/ApikleyVeo/output/hints';
import type { Outcome } from '../../../nodes/ApikleyVeo/output/outcome';
import type { JsonObject } from '../../../nodes/ApikleyVeo/veo/task/coerce';
import { task, taskWithResponse } from '../support/records';
import { found, request, timedOut, waitRequest } from '../support/requests';

const withTask = (fields: JsonObject = {}): Outcome => ({
	kind: 'task',
	request: request(),
	report: found(task(fields)),
});
const withTimeout = (fields: JsonObject | null): Outcome => ({
	kind: 'task',
	request: request(),
	report: timedOut(fields === null ? null : task(fields)),
});
const withVideo = (outcome: Outcome): Outcome =>
	({ ...outcome, binary: { data: { data: '', mimeType: 'video/mp4' } } }) as Outcome;
const problem: Outcome = {
	kind: 'problem',
	problem: invalidTaskId('', { message: 'Task ID is empty.', advice: 'Enter it.' }),
};
const fallback = withTask({ fallbackFlag: true });
const extended = withTask(taskWithResponse({ fullResultUrls: ['https://example.com/full.mp4'] }));

test.each<[string, Outcome[]]>([
	['nothing', []],
	['tasks of known status', [0, 1, 2].map((successFlag) => withTask({ successFlag }))],
	['problems and aborted items', [problem, { kind: 'aborted' }]],
	['a fallback model without a video', [withTask({ successFlag: 2, fallbackFlag: true })]],
	['an unknown fallback flag', [withTask({ fallbackFlag: undefined })]],
	['downloaded videos', [withVideo(withTask())]],
	['an extended task without a download', [extended]],
])('there is no hint for %s', (_, outcomes) => {
	expect(hintsFor(outcomes)).toEqual([]);
});

test.each<[string, Outcome[], RegExp[]]>([
	['an unknown status', [withTask({ successFlag: 7 })], [/^1 of 1 item: .*successFlag.*"unknown"/]],
	['the fallback model', [fallback, withTask(), fallback], [/^2 of 3 items: .*720p.*1080p/]],
	['a timeout', [withTimeout({ successFlag: 0 }), problem], [/^1 of 2 items: .*raise Timeout/]],
	['missing videos', [withVideo(problem), problem], [/^1 of 2 items: .*couldn't be downloaded/]],
	['a base clip', [withVideo(extended), extended], [/^1 of 2 items: .*base clip.*fullResultUrls/]],
	[
		'several things at once',
		[withTimeout({ successFlag: 7 }), fallback, withTimeout(null), withTask({ successFlag: 9 })],
		[/^2 of 4 items: .*successFlag/, /^1 of 4 items: .*fallback/, /^2 of 4 items: .*timed out/],
	],
])('a hint tells of %s, and how many items it concerns', (_, outcomes, messages) => {
	expect(hintsFor(outcomes)).toEqual(
		messages.map((message) => ({
			message: expect.stringMatching(message),
			type: 'warning',
			location: 'outputPane',
		})),
	);
});

describe('the hint about late checks', () => {
	const waited = (...intervals: number[]): Outcome[] =>
		intervals.map((interval) => ({
			kind: 'task',
			request: request({ wait: waitRequest('error', { interval }) }),
			report: found(task()),
		}));

	test('names the delay and the shortest interval', () => {
		expect(hintsFor([...waited(30, 10), problem], 12_300)).toEqual([
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
	])('is not there for %s', (_, outcomes, delayMs) => {
		expect(hintsFor(outcomes, delayMs)).toEqual([]);
	});
});
