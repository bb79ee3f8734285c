import type { IWebhookFunctions } from 'n8n-workflow';

import type { Clock } from '../veo/ports';
import { SharedLookups } from './sharedLookups';
import { StartedTasks } from './startedTasks';

/** What all callbacks of a node share in this process. */
export interface NodeState {
	readonly started: StartedTasks;
	readonly lookups: SharedLookups;
}

const states = new Map<string, NodeState>();

/** The test address of a node has a state of its own. */
export function stateOf(context: IWebhookFunctions, clock: Clock): NodeState {
	const key = [context.getWorkflow().id, context.getNode().id, context.getMode()].join('/');
	const state = states.get(key) ?? {
		started: new StartedTasks(),
		lookups: new SharedLookups(clock),
	};
	states.set(key, state);
	return state;
}
