import type { IWebhookFunctions } from 'n8n-workflow';

import type { Clock } from '../veo/ports';
import { SharedCredential } from './sharedCredential';
import { SharedLookups } from './sharedLookups';
import { StartedTasks } from './startedTasks';

/** What all callbacks of a node share in this process. */
export interface NodeState {
	readonly started: StartedTasks;
	readonly lookups: SharedLookups;
	readonly credential: SharedCredential;
}

const states = new Map<string, NodeState>();

/** The test address of a node has a state of its own. */
export function stateOf(context: IWebhookFunctions, clock: Clock): NodeState {
	const key = [context.getWorkflow().id, context.getNode().id, context.getMode()].join('/');
	const state = states.get(key) ?? {
		started: new StartedTasks(),
		lookups: new SharedLookups(clock),
		credential: new SharedCredential(clock),
	};
	states.set(key, state);
	return state;
}
