import type { IExecuteFunctions } from 'n8n-workflow';

import { openSession } from '../n8n/session';
import { answerAll } from '../operations/answer';
import type { Standing } from '../operations/answer';
import { downloadAtEnd } from '../operations/download';
import { giveUp } from '../operations/giveUp';
import type { Inquiry } from '../operations/plan';
import { waitUntilComplete } from '../operations/waitUntilComplete';
import { InvalidSetting } from '../settings/numbers';
import type { OnFailure } from '../settings/onFailure';
import type { Run } from './parkedRun';

/** Waits that are due so soon after the first are awaited with it, each until its own time. */
const TOGETHER_MS = 30_000;

/** Goes on with the waits that are due; the others stay as they are. Downloads once all have ended. */
export async function goOn(
	context: IExecuteFunctions,
	run: Run,
	onFailure: OnFailure,
): Promise<Run> {
	const session = await openSession(context);
	if (session instanceof InvalidSetting) return giveUp(context, run, session.message, onFailure);
	const dueUntil = session.clock.date() + TOGETHER_MS;
	const answer = async ({ taskId, schedule }: Inquiry, number: number): Promise<Standing> => {
		const standing = run.standings[number] ?? { kind: 'aborted' };
		if (standing.kind !== 'parked' || schedule === null) return standing;
		const { progress } = standing;
		if (progress.dueAt > dueUntil) return standing;
		// Looked up once at its time, then parked again
		const parkFrom = progress.dueAt;
		return await waitUntilComplete(session, { taskId, schedule, progress, parkFrom });
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
