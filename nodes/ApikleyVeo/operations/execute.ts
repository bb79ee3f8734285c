import { sleep } from 'n8n-workflow';
import type { EngineResponse, IExecuteFunctions, NodeOutput } from 'n8n-workflow';

import { deliver } from '../items/deliver';
import { hintsFor } from '../items/hints';
import { invalidInput } from '../items/problem';
import { toNodeError } from '../n8n/nodeError';
import { openSession } from '../n8n/session';
import { goOn } from '../parking/goOn';
import { park, readParked, sleepUntil } from '../parking/park';
import { restoreRun } from '../parking/parkedRun';
import type { Run } from '../parking/parkedRun';
import { InvalidSetting } from '../settings/numbers';
import { readOnFailure } from '../settings/onFailure';
import type { OnFailure } from '../settings/onFailure';
import { isToolExecution, readParkAfter } from '../settings/parking';
import { requestReader } from '../settings/request';
import type { RequestReading } from '../settings/request';
import { beginWait } from '../veo/waiting/wait';
import { answerAll, isAnswered, outcomesOf } from './answer';
import type { Standing } from './answer';
import { getStatus } from './getStatus';
import { planFor } from './plan';
import type { Inquiry, Plan } from './plan';
import { waitUntilComplete } from './waitUntilComplete';

/**
 * Runs the node for all its items side by side. `response` comes from n8n: with what was noted when the run
 * was parked, if it was.
 */
export async function execute(
	context: IExecuteFunctions,
	response?: EngineResponse,
): Promise<NodeOutput> {
	const parked = readParked(context, response);
	if (parked?.kind === 'asleep') return await sleepUntil(context, parked.until);
	const onFailure = readOnFailure(context);
	const run =
		parked === null
			? await begin(context, onFailure, readParkAfter(context, response))
			: await goOn(context, restoreRun(parked.parkedRun), onFailure);
	if (!run.standings.every(isAnswered)) return park(context, run);
	const outcomes = outcomesOf(run.plan, run.standings);
	if ('addExecutionHints' in context) {
		context.addExecutionHints(...hintsFor(outcomes, run.longestDelayMs));
	}
	return deliver(context, outcomes, { byStatus: hasStatusOutputs(context), onFailure });
}

/** An AI agent reads the first output alone, so as a tool the node has only that. */
function hasStatusOutputs(context: IExecuteFunctions): boolean {
	const outputMode = context.getNodeParameter('outputMode', 0, 'single');
	return outputMode === 'byStatus' && !isToolExecution(context);
}

/** Looks up, and waits until all is answered or it is time to park. */
async function begin(
	context: IExecuteFunctions,
	onFailure: OnFailure,
	parkAfterMs: number | InvalidSetting,
): Promise<Run> {
	const plan = planFor(await readAll(context));
	stopAtProblem(context, plan, onFailure);
	if (parkAfterMs instanceof InvalidSetting) return fail(context, plan, parkAfterMs, onFailure);
	const session = await openSession(context);
	if (session instanceof InvalidSetting) return fail(context, plan, session, onFailure);
	const startedAt = session.clock.date();
	const parkFrom = startedAt + parkAfterMs;
	const answer = async ({ taskId, schedule }: Inquiry): Promise<Standing> => {
		if (schedule === null) return await getStatus(session, taskId);
		const progress = beginWait(schedule, startedAt);
		return await waitUntilComplete(session, { taskId, schedule, progress, parkFrom });
	};
	try {
		const standings = await answerAll(context, plan, onFailure, answer);
		return { plan, standings, longestDelayMs: session.longestDelayMs() };
	} finally {
		session.close();
	}
}

/** n8n evaluates expressions at once: thousands of items would keep everybody else waiting for seconds. */
const LONGEST_TURN_MS = 50;

async function readAll(context: IExecuteFunctions): Promise<RequestReading[]> {
	const read = requestReader(context);
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

/** What is wrong with the settings of all items is the problem of each. */
function fail(
	context: IExecuteFunctions,
	{ items }: Plan,
	setting: InvalidSetting,
	onFailure: OnFailure,
): Run {
	const plan: Plan = {
		inquiries: [],
		items: items.map((item) =>
			item.kind === 'problem'
				? item
				: { kind: 'problem', problem: invalidInput(item.request.taskId, setting.message) },
		),
	};
	stopAtProblem(context, plan, onFailure);
	return { plan, standings: [], longestDelayMs: 0 };
}
