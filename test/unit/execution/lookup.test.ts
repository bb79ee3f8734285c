import type { Session } from '../../../nodes/ApikleyVeo/execution/session';
import { getStatus } from '../../../nodes/ApikleyVeo/execution/lookup';
import { createClient } from '../support/createClient';
import { httpResponse, sequence, taskResponse } from '../support/fakeHttp';
import type { Script } from '../support/fakeHttp';
import { RUNNING } from '../support/records';

function createStatusLookup(script: Script) {
	const { client, clock, controller, http, signal } = createClient(script);
	const session: Omit<Session, 'downloads'> = {
		client,
		clock,
		signal,
		close: () => controller.abort(),
		parkJitterMs: 0,
		maxStartDelayMs: () => 0,
	};
	return { clock, session, http, run: async () => await clock.finish(getStatus(session, 'veo_1')) };
}

test('one lookup, now, however the task stands', async () => {
	const { clock, http, run } = createStatusLookup(sequence(taskResponse(RUNNING)));
	expect(await run()).toMatchObject({
		kind: 'known',
		task: { status: 'generating' },
		wait: null,
		timedOut: false,
		trouble: null,
	});
	await clock.runAll();
	expect(http.requests.map(({ taskId, at }) => [taskId, at])).toEqual([['veo_1', 0]]);
});

test.each([
	[404, 'notFound'],
	[401, 'unauthorized'],
	[400, 'rejected'],
])('HTTP %p: the lookup failed, %s, and no time is lost on it', async (status, kind) => {
	const { http, run } = createStatusLookup(sequence(httpResponse(status)));
	expect(await run()).toMatchObject({ kind: 'failed', lookup: { kind } });
	expect(http.times).toEqual([0]);
});

test('an unknown task is not waited for: no 60 s of patience', async () => {
	const { clock, run } = createStatusLookup(sequence(httpResponse(422)));
	await run();
	expect(clock.seconds).toBe(0);
});

test('transient trouble is retried', async () => {
	const { http, run } = createStatusLookup(
		sequence(httpResponse(503), httpResponse(429), taskResponse(RUNNING)),
	);
	expect(await run()).toMatchObject({ kind: 'known' });
	expect(http.times).toEqual([0, 1, 3]);
});

test('aborted', async () => {
	const { session, run } = createStatusLookup(sequence(taskResponse(RUNNING)));
	session.close();
	expect(await run()).toEqual({ kind: 'aborted' });
});
