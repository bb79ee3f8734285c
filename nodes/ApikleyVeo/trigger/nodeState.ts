import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import type { Clock } from '../veo/ports';
import { CallbackLog } from './callbackLog';
import { SharedCredential } from './sharedCredential';
import { SharedLookups } from './sharedLookups';
import { StartedTasks } from './startedTasks';

/** What all callbacks of a node share in this process. */
export interface NodeState {
	readonly started: StartedTasks;
	readonly lookups: SharedLookups;
	readonly credential: SharedCredential;
	readonly log: CallbackLog;
}

/** The test address of a node has a state of its own. */
type Address = 'production' | 'test';

const states = new Map<string, NodeState>();

export function stateOf(context: IWebhookFunctions, clock: Clock): NodeState {
	const key = keyOf(context, context.getMode() === 'manual' ? 'test' : 'production');
	const state = states.get(key) ?? newState(clock);
	states.set(key, state);
	return state;
}

/**
 * Ends the lookups of an address that n8n has just closed: the workflow was unpublished, archived or published anew, or the
 * editor has stopped listening. n8n runs this in the same mode for both addresses, but only a published workflow is active.
 */
export function endLookups(context: IHookFunctions): void {
	const key = keyOf(context, context.getWorkflow().active ? 'production' : 'test');
	states.get(key)?.lookups.cancel();
}

function keyOf(
	context: Pick<IWebhookFunctions, 'getWorkflow' | 'getNode'>,
	address: Address,
): string {
	return [context.getWorkflow().id, context.getNode().id, address].join('/');
}

function newState(clock: Clock): NodeState {
	const credential = new SharedCredential(clock);
	return {
		started: new StartedTasks(),
		lookups: new SharedLookups(clock),
		credential,
		log: new CallbackLog(clock, credential),
	};
}
