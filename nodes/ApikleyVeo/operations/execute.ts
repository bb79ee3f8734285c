import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { deliver } from '../items/deliver';
import { hintsFor } from '../items/hints';
import { decide } from '../items/outcome';
import type { Finding, Outcome } from '../items/outcome';
import { invalidInput } from '../items/problem';
import type { Problem } from '../items/problem';
import { toNodeError } from '../n8n/nodeError';
import { openSession } from '../n8n/session';
import type { Session } from '../n8n/session';
import { InvalidSetting } from '../settings/numbers';
import { readRequest } from '../settings/request';
import type { RequestReading, TaskRequest } from '../settings/request';
import { getStatus } from './getStatus';
import { waitUntilComplete } from './waitUntilComplete';

/** Runs the node for all its items side by side. */
export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const waits = context.getNodeParameter('operation', 0) === 'waitUntilComplete';
	const readings = context
		.getInputData()
		.map((_, itemIndex) => readRequest(context, itemIndex, waits));
	stopAtInvalid(context, readings);
	const outcomes = await answerAll(context, readings);
	if ('addExecutionHints' in context) context.addExecutionHints(...hintsFor(outcomes));
	return deliver(context, outcomes, hasStatusOutputs(context));
}

/** An AI agent reads the first output alone, so as a tool the node has only that. */
function hasStatusOutputs(context: IExecuteFunctions): boolean {
	const asTool = 'isToolExecution' in context && context.isToolExecution();
	return !asTool && context.getNodeParameter('outputMode', 0, 'single') === 'byStatus';
}

/** Unless failures are to go on as items, none of the items is looked up if one can't be. */
function stopAtInvalid(context: IExecuteFunctions, readings: readonly RequestReading[]): void {
	if (context.continueOnFail()) return;
	readings.forEach((reading, itemIndex) => {
		if (reading.kind === 'invalid') throw toNodeError(context, reading.problem, itemIndex);
	});
}

async function answerAll(
	context: IExecuteFunctions,
	readings: readonly RequestReading[],
): Promise<Outcome[]> {
	const session = await openSession(context);
	if (session instanceof InvalidSetting) {
		return readings.map((reading, itemIndex) =>
			givenUp(context, withMessage(reading, session.message), itemIndex),
		);
	}
	try {
		const answers = new Map<string, Promise<Finding>>();
		return await Promise.all(
			readings.map(async (reading, itemIndex) => {
				if (reading.kind === 'invalid') return givenUp(context, reading.problem, itemIndex);
				const { request } = reading;
				const outcome = decide(request, await answerOnce(session, request, answers));
				return outcome.kind === 'problem' ? givenUp(context, outcome.problem, itemIndex) : outcome;
			}),
		);
	} finally {
		session.close();
	}
}

/** Items that ask for the same are answered from one lookup, or one wait. */
async function answerOnce(
	session: Session,
	request: TaskRequest,
	answers: Map<string, Promise<Finding>>,
): Promise<Finding> {
	const key = JSON.stringify([request.taskId, request.wait?.schedule]);
	const answer =
		answers.get(key) ??
		(request.wait === null
			? getStatus(session, request)
			: waitUntilComplete(session, request, request.wait.schedule));
	answers.set(key, answer);
	return await answer;
}

/** With "On Error: continue" a problem is an item of its own, otherwise the end of the node. */
function givenUp(context: IExecuteFunctions, problem: Problem, itemIndex: number): Outcome {
	if (context.continueOnFail()) return { kind: 'problem', problem };
	throw toNodeError(context, problem, itemIndex);
}

function withMessage(reading: RequestReading, message: string): Problem {
	if (reading.kind === 'invalid') return reading.problem;
	return invalidInput(reading.request.taskId, message);
}
