import type { Session } from '../../../nodes/ApikleyVeo/execution/session';
import { waitUntilComplete } from '../../../nodes/ApikleyVeo/execution/waitUntilComplete';
import { ParkBarrier } from '../../../nodes/ApikleyVeo/veo/polling/parkBarrier';
import { initialWaitState } from '../../../nodes/ApikleyVeo/veo/polling/waitFor';
import { createClient } from '../support/createClient';
import { httpResponse, sequence, taskResponse } from '../support/fakeHttp';
import type { Script } from '../support/fakeHttp';
import { RUNNING, SUCCEEDED } from '../support/records';

const schedule = {
	initialDelayMs: 0,
	intervalMs: 10_000,
	backoffFactor: 1,
	maxIntervalMs: 60_000,
	timeoutMs: 25_000,
};
function createWait(script: Script) {
	const { client, clock, controller, http, signal } = createClient(script);
	const session: Omit<Session, 'downloads'> = {
		client,
		clock,
		signal,
		close: () => controller.abort(),
		parkJitterMs: 0,
		maxStartDelayMs: () => 0,
	};
	const start = async () =>
		await waitUntilComplete(session, {
			taskId: 'veo_1',
			schedule,
			wait: initialWaitState(schedule, clock.date()),
			parkFrom: Infinity,
			barrier: new ParkBarrier(1, clock, signal),
		});
	return { clock, http, session, start, run: async () => await clock.finish(start()) };
}

test('looks up until the task has ended', async () => {
	const { http, run } = createWait(
		sequence(taskResponse(RUNNING), taskResponse(RUNNING), taskResponse(SUCCEEDED)),
	);
	expect(await run()).toMatchObject({
		kind: 'known',
		task: { status: 'succeeded' },
		wait: { lookups: 3, waitedMs: 20_000 },
		timedOut: false,
		trouble: null,
	});
	expect(http.requests.map(({ taskId, at }) => [taskId, at])).toEqual([
		['veo_1', 0],
		['veo_1', 10],
		['veo_1', 20],
	]);
});

test('the timeout is over: what was last known, and the trouble', async () => {
	const { http, run } = createWait(
		sequence(taskResponse(RUNNING), taskResponse(RUNNING), httpResponse(503)),
	);
	expect(await run()).toMatchObject({
		kind: 'known',
		task: { status: 'generating' },
		wait: { lookups: 3, waitedMs: 25_000 },
		timedOut: true,
		trouble: 'server error 503',
	});
	expect(http.times).toEqual([0, 10, 20, 21, 23, 25]);
});

test('a lookup that failed for good', async () => {
	const { run } = createWait(sequence(taskResponse(RUNNING), httpResponse(401)));
	expect(await run()).toMatchObject({ kind: 'failed', lookup: { kind: 'unauthorized' } });
});

test('aborted', async () => {
	const { clock, session, start } = createWait(sequence(taskResponse(RUNNING)));
	const wait = start();
	await clock.advance(12);
	session.close();
	expect(await clock.finish(wait)).toMatchObject({ kind: 'aborted' });
	expect(clock.seconds).toBe(12);
});
