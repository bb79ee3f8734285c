import type { TaskResult } from '../output/outcome';
import type { Endpoint } from '../veo/api/endpoints/endpoint';
import { get1080pVideo } from '../veo/api/endpoints/get1080pVideo';
import { recordInfo } from '../veo/api/endpoints/recordInfo';
import type { ParkBarrier } from '../veo/polling/parkBarrier';
import type { Schedule } from '../veo/polling/schedule';
import { initialWaitState, lastErrorOf, waitFor } from '../veo/polling/waitFor';
import type { PollResult, WaitPorts, WaitState } from '../veo/polling/waitFor';
import { isComplete } from '../veo/task/task';
import type { VeoTask } from '../veo/task/task';
import { findUpgradeObstacle } from '../veo/task/upgrade';
import type { Job } from './plan';
import { done } from './run';
import type { DoneJob, JobState, ParkedJob } from './run';
import type { Session } from './session';

/** What is looked up: a task or, with an index, the 1080p version of one of its videos. */
export type Target = Pick<Job, 'taskId' | 'videoIndex' | 'isCreated'>;

function endpointFor({ taskId, videoIndex = null }: Target): Endpoint<VeoTask> {
	return videoIndex === null ? recordInfo(taskId) : get1080pVideo(taskId, videoIndex);
}

/**
 * Returns a function that looks up the record of a task before a 1080p version is requested, as that can cost credits. It
 * resolves with null if nothing tells against it. A task is looked up once, however many of its videos are wanted.
 */
export function upgradeChecker(
	session: Pick<Session, 'client' | 'clock'>,
): (target: Target) => Promise<TaskResult | null> {
	const lookups = new Map<string, Promise<PollResult<VeoTask>>>();
	return async ({ taskId, videoIndex = null }) => {
		if (videoIndex === null) return null;
		const lookup = lookups.get(taskId) ?? getStatus(session, { taskId });
		lookups.set(taskId, lookup);
		const result = await lookup;
		if (result.kind !== 'found') return result;
		const obstacle = findUpgradeObstacle(result.value, videoIndex);
		return obstacle === null ? null : { kind: 'notUpgradable', obstacle };
	};
}

/** Looks a task up once, now or, if the limits or the API don't allow it yet, within the timeout. */
export async function getStatus(
	{ client, clock }: Pick<Session, 'client' | 'clock'>,
	target: Target,
	timeoutMs = Infinity,
): Promise<PollResult<VeoTask>> {
	const now = clock.now();
	const times = { dueAt: now, deadline: now + timeoutMs };
	const result = await client.send(endpointFor(target), times);
	switch (result.kind) {
		case 'success':
			return { kind: 'found', value: result.value, stats: null };
		case 'aborted':
		case 'expired':
			return { kind: 'aborted' };
		default: {
			// A 1080p version is only requested of a task that was found
			const isKnown = (target.videoIndex ?? null) !== null;
			return { kind: 'failed', error: result, isKnown, stats: null };
		}
	}
}

/** A record can say that a task succeeded some seconds before it names the videos. */
const COMPLETION: Schedule = {
	initialDelayMs: 5_000,
	intervalMs: 5_000,
	backoffFactor: 1,
	maxIntervalMs: 5_000,
	timeoutMs: 60_000,
};

/** Looks a task up once or, if it succeeded and its record names no video yet, for up to a minute. */
export async function getCompleteStatus(
	session: Omit<Session, 'downloader'>,
	target: Target,
): Promise<TaskResult> {
	const result = await getStatus(session, target);
	if (result.kind !== 'found' || !result.value.isFinal || isComplete(result.value)) return result;
	const waited = await waitFor(COMPLETION, initialWaitState(COMPLETION, session.clock.date()), {
		...pollPorts(session, target),
		parkFrom: Infinity,
		park: async () => await Promise.resolve(false),
	});
	if (waited.kind === 'found') return { ...waited, stats: null };
	if (waited.kind === 'failed') return { ...result, lastError: lastErrorOf(waited.error) };
	if (waited.kind === 'timedOut') return { ...result, lastError: waited.lastError };
	return waited.kind === 'aborted' ? waited : result;
}

function pollPorts(
	{ client, clock, signal, parkJitterMs }: Omit<Session, 'downloader'>,
	target: Target,
): Omit<WaitPorts<VeoTask>, 'park' | 'parkFrom'> {
	return {
		clock,
		signal,
		isCreated: target.isCreated === true,
		parkJitterMs,
		probe: async (times) => await client.send(endpointFor(target), times),
		isFinal: (task) => task.isFinal,
		isComplete,
	};
}

export interface WaitOptions {
	readonly target: Target;
	readonly schedule: Schedule;
	readonly wait: WaitState<VeoTask>;
	/** Milliseconds since 1970 from when the wait is parked. Infinity: it stays in memory. */
	readonly parkFrom: number;
	/** Shared by all waits of the run. This one leaves it at its end. */
	readonly barrier: ParkBarrier;
}

/** Looks a task up until it is complete, the wait times out, or it is parked. */
export async function waitUntilComplete(
	session: Omit<Session, 'downloader'>,
	{ target, schedule, wait, parkFrom, barrier }: WaitOptions,
): Promise<JobState> {
	const result = await waitFor(schedule, wait, {
		...pollPorts(session, target),
		parkFrom,
		park: async (until) => await barrier.arrive(until),
	});
	if (result.kind === 'parked') return result;
	barrier.leave();
	return done(result);
}

/** A callback can come some seconds before the record shows the end. */
const RECORD_LAG_DELAYS_MS = [0, 1_000, 2_000, 4_000, 8_000];

/** Looks up a task that a callback names: now, and again for some seconds. Then its wait stays parked. */
export async function lookUpCalled(
	session: Omit<Session, 'downloader'>,
	{ target, schedule, wait }: Omit<WaitOptions, 'parkFrom' | 'barrier'>,
): Promise<ParkedJob | DoneJob> {
	let current: WaitState<VeoTask> = wait;
	for (const delayMs of RECORD_LAG_DELAYS_MS) {
		const dueAt = session.clock.date() + delayMs;
		const result = await waitFor(
			schedule,
			{ ...current, dueAt },
			{
				...pollPorts(session, target),
				parkFrom: dueAt,
				park: async () => await Promise.resolve(true),
			},
		);
		if (result.kind !== 'parked') return done(result);
		current = result.wait;
	}
	return { kind: 'parked', wait: current };
}
