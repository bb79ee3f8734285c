import { sleep } from 'n8n-workflow';
import type { IExecuteFunctions } from 'n8n-workflow';

import { toNodeError } from '../n8n/nodeError';
import { openSession } from '../n8n/session';
import type { Run } from '../parking/parkedRun';
import type { Mode } from '../settings/mode';
import { InvalidSetting } from '../settings/numbers';
import type { OnFailure } from '../settings/onFailure';
import { requestReader } from '../settings/request';
import type { RequestReading } from '../settings/request';
import { ParkingLot } from '../veo/waiting/parkingLot';
import { beginWait } from '../veo/waiting/wait';
import { answerAll } from './answer';
import type { Standing } from './answer';
import { downloadAtEnd, downloadVideos } from './download';
import { getStatus } from './getStatus';
import { giveUp } from './giveUp';
import { planFor } from './plan';
import type { Inquiry, Plan } from './plan';
import { waitUntilComplete } from './waitUntilComplete';

/**
 * Looks up, waits until all is answered or it is time to park, and downloads what is wanted: of each task as soon
 * as it has ended, or once all have where the run may be parked before.
 */
export async function begin(
	context: IExecuteFunctions,
	mode: Mode,
	onFailure: OnFailure,
	parkAfterMs: number | InvalidSetting,
): Promise<Run> {
	const plan = planFor(await readAll(context, mode));
	stopAtProblem(context, plan, onFailure);
	const stop = ({ message }: InvalidSetting): Run =>
		giveUp(context, { plan, standings: [], longestDelayMs: 0 }, message, onFailure);
	if (parkAfterMs instanceof InvalidSetting) return stop(parkAfterMs);
	const session = await openSession(context);
	if (session instanceof InvalidSetting) return stop(session);
	const startedAt = session.clock.date();
	const parkFrom = startedAt + parkAfterMs;
	const waits = plan.inquiries.filter(({ schedule }) => schedule !== null).length;
	const lot = new ParkingLot(waits, session.clock, session.signal);
	const lookUp = async ({ taskId, schedule }: Inquiry): Promise<Standing> => {
		if (schedule === null) return await getStatus(session, taskId);
		const progress = beginWait(schedule, startedAt);
		return await waitUntilComplete(session, { taskId, schedule, progress, parkFrom, lot });
	};
	const mayPark = parkFrom < Infinity;
	const answer = async (inquiry: Inquiry): Promise<Standing> => {
		const standing = await lookUp(inquiry);
		return mayPark ? standing : await downloadVideos(session, inquiry, standing);
	};
	try {
		const standings = await answerAll(context, plan, onFailure, answer);
		const run = { plan, standings, longestDelayMs: session.longestDelayMs() };
		return mayPark ? await downloadAtEnd(context, session, run, onFailure) : run;
	} finally {
		session.close();
	}
}

/** n8n evaluates expressions at once: thousands of items would keep everybody else waiting for seconds. */
const LONGEST_TURN_MS = 10;

async function readAll(context: IExecuteFunctions, mode: Mode): Promise<RequestReading[]> {
	const read = requestReader(context, mode);
	const readings: RequestReading[] = [];
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
function stopAtProblem(context: IExecuteFunctions, plan: Plan, onFailure: OnFailure): void {
	if (onFailure !== 'stopWorkflow') return;
	plan.items.forEach((item, itemIndex) => {
		if (item.kind === 'problem') throw toNodeError(context, item.problem, itemIndex);
	});
}
