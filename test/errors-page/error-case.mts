import type { IBinaryKeyData, IDataObject, INodeParameters } from 'n8n-workflow';

import type { Credential } from '../integration/support/engine.mjs';
import type { Simulator } from '../simulator/controls.mjs';
import type { Fault, FaultStep } from '../simulator/faults.mjs';
import type { TaskScript } from '../simulator/task-script.mjs';

/** The task of all cases, with an ID in Apikley's format. */
export const TASK_ID = 'veo_task_abcdef123456';

/** An error of the node, and how to reproduce it. */
export interface ErrorCase {
	/** A heading of the page. */
	readonly title: string;
	/** For the page: when the error occurs, and what the node did before it gave up. */
	readonly about: string;
	/** The name of its picture in docs/images/errors/, without `.png`. */
	readonly picture?: string;
	/** Default: Get Status. */
	readonly parameters?: INodeParameters;
	/** Default: the ID of the task. */
	readonly taskId?: unknown;
	/** Null means that the API doesn't know the task. Default: a task that succeeded. */
	readonly task?: Partial<TaskScript> | null;
	/** The response to requests for its first video. */
	readonly videoFault?: Fault;
	/** Prepares what else the API does. */
	readonly prepare?: ((simulator: Simulator) => void) | undefined;
	/** Default: one item. */
	readonly itemCount?: number;
	/** The index of the item that the page shows; default 0. The text of another one is only on its item. */
	readonly shownItem?: number;
	/** The binary fields of each item. */
	readonly binary?: IBinaryKeyData;
	/** This n8n can't park an execution. */
	readonly isOldN8n?: boolean;
	/** What is different in the credential; null if none is chosen. */
	readonly credential?: ((simulator: Simulator) => Partial<Credential>) | null;
}

/** Makes every lookup of the task fail in this way. The node may retry at once, so that no retry takes time. */
export function always(fault: Fault): { faults: FaultStep[] } {
	const step: FaultStep = fault.kind === 'status' ? { retryAfterSeconds: 0.01, ...fault } : fault;
	return { faults: [{ ...step, times: 'always' }] };
}

/** Resets a simulator and prepares it for a case. Returns the credential to use, or null for none. */
export function prepareCase(
	simulator: Simulator,
	{ task = {}, videoFault, prepare, credential }: ErrorCase,
): Credential | null {
	simulator.reset();
	if (task !== null) simulator.addTask({ taskId: TASK_ID, ...task });
	if (videoFault !== undefined)
		simulator.setVideoFaults(`/videos/${TASK_ID}/1.mp4`, [{ ...videoFault, times: 'always' }]);
	prepare?.(simulator);
	if (credential === null) return null;
	const { apiKey, baseUrl } = simulator;
	return { apiKey, baseUrl, ...credential?.(simulator) };
}

/** The input items of a case. */
export function itemsFor({ taskId = TASK_ID, itemCount = 1 }: ErrorCase): IDataObject[] {
	return Array.from({ length: itemCount }, () => ({ taskId }) as IDataObject);
}
