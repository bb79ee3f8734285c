import type { IExecuteFunctions } from 'n8n-workflow';

import { openSession } from '../n8n/session';
import { answerAll, isAnswered } from '../operations/answer';
import type { Standing } from '../operations/answer';
import { downloadAtEnd } from '../operations/download';
import { giveUp } from '../operations/giveUp';
import type { Inquiry } from '../operations/plan';
import { waitUntilComplete } from '../operations/waitUntilComplete';
import { InvalidSetting } from '../settings/numbers';
import type { OnFailure } from '../settings/onFailure';
import { ParkingLot } from '../veo/waiting/parkingLot';
import type { Run } from './parkedRun';

/** Waits that are due so soon after the first are awaited with it, each until its own time. */
const TOGETHER_MS = 30_000;

/** Goes on with the waits that are due; the others stay parked until they are. Downloads once all have ended. */
export async function goOn(
	context: IExecuteFunctions,
	run: Run,
	onFailure: OnFailure,
): Promise<Run> {
	const session = await openSession(context);
	if (session instanceof InvalidSetting) return giveUp(context, run, session.message, onFailure);
	const { clock, signal } = session;
	const now = clock.date();
	const waits = run.standings.filter((standing) => !isAnswered(standing)).length;
	const lot = new ParkingLot(waits, clock, signal);
	const answer = async ({ taskId, schedule }: Inquiry, number: number): Promise<Standing> => {
		const standing = run.standings[number] ?? { kind: 'aborted' };
		if (standing.kind !== 'parked' || schedule === null) return standing;
		const { progress } = standing;
		const dueIn = progress.dueAt - now;
		if (dueIn > TOGETHER_MS && (await lot.park(clock.now() + dueIn))) return standing;
		// Looked up once at its time, then parked again
		const parkFrom = progress.dueAt;
		return await waitUntilComplete(session, { taskId, schedule, progress, parkFrom, lot });
	};
	try {
		const standings = await answerAll(context, run.plan, onFailure, answer);
		const longestDelayMs = Math.max(run.longestDelayMs, session.longestDelayMs());
		const wentOn = { ...run, standings, longestDelayMs };
		return await downloadAtEnd(context, session, wentOn, onFailure);
	} finally {
		session.close();
	}
}
