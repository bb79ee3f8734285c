import type { INodeParameters } from 'n8n-workflow';

import type { Credential } from '../integration/support/engine.mjs';
import type { Simulator } from '../simulator/controls.mjs';
import type { Fault, FaultStep } from '../simulator/faults.mjs';
import type { TaskScript } from '../simulator/task-script.mjs';

/** The task of all cases, as an ID of Apikley's looks. */
export const TASK_ID = 'veo_task_abcdef123456';

/** An error of the node, and how to meet it. */
export interface ErrorCase {
	/** A heading of the page. */
	readonly title: string;
	/** For the page: when it comes, and what the node has done about it before. */
	readonly about: string;
	/** A picture of it in docs/images/errors/, without `.png`. */
	readonly picture?: string;
	/** Default: Get Status. */
	readonly parameters?: INodeParameters;
	/** Default: the ID of the task. */
	readonly taskId?: unknown;
	/** Null: the API knows no such task. Default: one that has succeeded. */
	readonly task?: Partial<TaskScript> | null;
	/** What its first video meets. */
	readonly videoFault?: Fault;
	readonly credential?: Partial<Credential>;
}

/** What every lookup of the task meets. Comes again at once, so that no retry takes time. */
export function always(fault: Fault): { faults: FaultStep[] } {
	const step: FaultStep = fault.kind === 'status' ? { retryAfterSeconds: 0, ...fault } : fault;
	return { faults: [{ ...step, times: 'always' }] };
}

/** Makes a simulator ready for a case, with nothing left of the one before. Returns the credential to meet it with. */
export function prepareCase(
	simulator: Simulator,
	{ task = {}, videoFault, credential }: ErrorCase,
): Credential {
	simulator.reset();
	if (task !== null) simulator.addTask({ taskId: TASK_ID, ...task });
	if (videoFault !== undefined) simulator.setVideoFaults(`/videos/${TASK_ID}/1.mp4`, [videoFault]);
	const { apiKey, baseUrl } = simulator;
	return { apiKey, baseUrl, ...credential };
}
