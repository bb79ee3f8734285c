import { sleep } from 'n8n-workflow';
import type { IExecuteFunctions } from 'n8n-workflow';

import { toNodeError } from '../errors/nodeError';
import { openSession } from './session';
import type { Run } from './savedRun';
import type { Mode } from '../parameters/mode';
import { InvalidParameterError } from '../parameters/number';
import type { OnError } from '../parameters/onError';
import { createRequestReader } from '../parameters/taskRequest';
import type { ParsedRequest } from '../parameters/taskRequest';
import { ParkBarrier } from '../veo/polling/parkBarrier';
import { initialWaitState } from '../veo/polling/waitFor';
import { runJobs } from './jobs';
import type { JobState } from './jobs';
import { downloadAll, downloadVideos } from './download';
import { getStatus } from './lookup';
import { failPending } from './failPending';
import { createPlan } from './plan';
import type { Job, Plan } from './plan';
import { waitUntilComplete } from './waitUntilComplete';

/**
 * Looks up, waits until all is answered or it is time to park, and downloads what is wanted: of each task as soon
 * as it has ended, or once all have where the run may be parked before.
 */
export async function start(
	context: IExecuteFunctions,
	mode: Mode,
	onFailure: OnError,
	parkAfterMs: number | InvalidParameterError,
): Promise<Run> {
	const plan = createPlan(await readAll(context, mode));
	stopAtProblem(context, plan, onFailure);
	const stop = ({ message }: InvalidParameterError): Run =>
		failPending(context, { plan, states: [], maxStartDelayMs: 0 }, message, onFailure);
	if (parkAfterMs instanceof InvalidParameterError) return stop(parkAfterMs);
	const session = await openSession(context);
	if (session instanceof InvalidParameterError) return stop(session);
	const startedAt = session.clock.date();
	const parkFrom = startedAt + parkAfterMs;
	const waits = plan.jobs.filter(({ schedule }) => schedule !== null).length;
	const lot = new ParkBarrier(waits, session.clock, session.signal);
	const lookUp = async ({ taskId, schedule }: Job): Promise<JobState> => {
		if (schedule === null) return await getStatus(session, taskId);
		const progress = initialWaitState(schedule, startedAt);
		return await waitUntilComplete(session, {
			taskId,
			schedule,
			wait: progress,
			parkFrom,
			barrier: lot,
		});
	};
	const mayPark = parkFrom < Infinity;
	const answer = async (inquiry: Job): Promise<JobState> => {
		const standing = await lookUp(inquiry);
		return mayPark ? standing : await downloadVideos(session, inquiry, standing);
	};
	try {
		const standings = await runJobs(context, plan, onFailure, answer);
		const run = { plan, standings, longestDelayMs: session.maxStartDelayMs() };
		return mayPark ? await downloadAll(context, session, run, onFailure) : run;
	} finally {
		session.close();
	}
}

/** n8n evaluates expressions at once: thousands of items would keep everybody else waiting for seconds. */
const LONGEST_TURN_MS = 10;

async function readAll(context: IExecuteFunctions, mode: Mode): Promise<ParsedRequest[]> {
	const read = createRequestReader(context, mode);
	const readings: ParsedRequest[] = [];
	let turnEnds = performance.now() + LONGEST_TURN_MS;
	for (const itemIndex of context.getInputData().keys()) {
		readings.push(read(itemIndex));
		if (performance.now() < turnEnds) continue;
		await sleep(0);
		turnEnds = performance.now() + LONGEST_TURN_MS;
	}
	return readings;
}

/** Unless failures are to go on as items, none of the items is looked up if one can't be. */
function stopAtProblem(context: IExecuteFunctions, plan: Plan, onFailure: OnError): void {
	if (onFailure !== 'stopWorkflow') return;
	plan.items.forEach((item, itemIndex) => {
		if (item.kind === 'problem') throw toNodeError(context, item.problem, itemIndex);
	});
}
