import { hintsFor } from '../../../nodes/ApikleyVeo/output/hints';
import type { Outcome } from '../../../nodes/ApikleyVeo/output/outcome';
import { invalidTaskId } from '../../../nodes/ApikleyVeo/errors/lookupProblems';
import type { JsonObject } from '../../../nodes/ApikleyVeo/veo/task/coerce';
import { taskWithResponse, task } from '../support/records';
import { known, request } from '../support/requests';

function outcome(fields: JsonObject | null, timedOut = false): Outcome {
	return {
		kind: 'task',
		request: request(),
		finding: known(fields === null ? null : task(fields), { timedOut }),
	};
}

const problem: Outcome = { kind: 'problem', problem: invalidTaskId('', 'Task ID is empty.') };
const messages = (outcomes: readonly Outcome[]) => hintsFor(outcomes).map(({ message }) => message);

test.each<[string, Outcome[]]>([
	['nothing', []],
	['what went well', [outcome({}), outcome({ successFlag: 2 }), outcome({ successFlag: 0 })]],
	['problems, which tell themselves', [problem, { kind: 'aborted' }]],
	[
		'a fallback model that has not made anything',
		[outcome({ successFlag: 2, fallbackFlag: true })],
	],
	['a fallback flag that is not known', [outcome({ fallbackFlag: undefined })]],
])('%s needs no hint', (_, outcomes) => {
	expect(hintsFor(outcomes)).toEqual([]);
});

test('a status outside 0 to 3', () => {
	expect(hintsFor([outcome({ successFlag: 7 })])).toEqual([
		{
			message: expect.stringMatching(/^1 of 1 item: .*successFlag outside 0 to 3.*"unknown"/),
			type: 'warning',
			location: 'outputPane',
		},
	]);
});

test('a video of the fallback model', () => {
	const outcomes = [outcome({ fallbackFlag: true }), outcome({}), outcome({ fallbackFlag: true })];
	expect(messages(outcomes)).toEqual([
		expect.stringMatching(/^2 of 3 items: .*fallback model.*720p.*can't be upgraded to 1080p/),
	]);
});

test('a wait that timed out and goes on as data', () => {
	const outcomes = [outcome({ successFlag: 0 }, true), outcome({}), problem];
	expect(messages(outcomes)).toEqual([
		expect.stringMatching(/^1 of 3 items: the wait timed out.*same task ID.*raise Timeout/),
	]);
});

test('all at once: one hint for each, however many items', () => {
	const outcomes = [
		outcome({ successFlag: 7 }, true),
		outcome({ fallbackFlag: true }),
		outcome(null, true),
		outcome({ successFlag: 9 }),
	];
	expect(messages(outcomes)).toEqual([
		expect.stringMatching(/^2 of 4 items: .*successFlag/),
		expect.stringMatching(/^1 of 4 items: .*fallback/),
		expect.stringMatching(/^2 of 4 items: .*timed out/),
	]);
});

describe('lookups that came late', () => {
	const schedule = {
		initialDelayMs: 0,
		intervalMs: 10_000,
		backoffFactor: 1,
		maxIntervalMs: 60_000,
		timeoutMs: 900_000,
	};
	const waited: Outcome = {
		...(outcome({}) as Extract<Outcome, { kind: 'task' }>),
		request: request({ wait: { schedule, onTimeout: 'error' } }),
	};

	test('by more than half the interval: what has stretched, and what to do', () => {
		const [stretched, ...others] = hintsFor([waited, problem], 23_400);
		expect(others).toEqual([]);
		expect(stretched?.message).toMatch(/up to 23 s after .* Interval of 10 s.* raise Interval/);
	});

	test('by no more than that: no hint', () => {
		expect(hintsFor([waited], 5_000)).toEqual([]);
	});

	test('by less than a second, however short the interval: no hint', () => {
		const often = { ...schedule, intervalMs: 100 };
		const wait = { schedule: often, onTimeout: 'error' } as const;
		expect(hintsFor([{ ...waited, request: request({ wait }) } as Outcome], 900)).toEqual([]);
	});

	test('where nobody waited: no hint', () => {
		expect(hintsFor([outcome({}), problem], 60_000)).toEqual([]);
	});
});

describe('downloads', () => {
	const binary = { data: { data: '', mimeType: 'video/mp4' } };
	const withVideo = (each: Outcome): Outcome => ({ ...each, binary }) as Outcome;
	const extended = taskWithResponse({ fullResultUrls: ['https://example.com/full.mp4'] });

	test('that lack some of the videos', () => {
		expect(messages([withVideo(problem), problem, withVideo(outcome({}))])).toEqual([
			expect.stringMatching(/^1 of 3 items: not all videos/),
		]);
	});

	test('of an extended task: what came is not the whole film', () => {
		expect(
			messages([withVideo(outcome(extended)), outcome(extended), withVideo(outcome({}))]),
		).toEqual([expect.stringMatching(/^1 of 3 items: .*base clip.*fullResultUrls/)]);
	});
});
