import type { IExecuteFunctions } from 'n8n-workflow';

import type { RetryLimits } from '../veo/api/client';
import { AdaptiveThrottle } from '../veo/limits/adaptiveThrottle';
import { RequestLimiter } from '../veo/limits/requestLimiter';
import type { RequestLimits } from '../veo/limits/requestLimiter';
import type { Clock } from '../veo/ports';
import { SharedLookups } from './sharedLookups';
import { StartedTasks } from './startedTasks';

export const LIMITS: RequestLimits & RetryLimits = {
	maxConcurrency: 10,
	requestsPerSecond: 0,
	requestTimeoutMs: 30_000,
	// More than fit into the time that a task is looked up for
	maxRetries: 10,
};

/** n8n doesn't cancel a webhook. */
export const NEVER: AbortSignal = new AbortController().signal;

/** What all callbacks of a node share in this process. */
export interface NodeState {
	readonly started: StartedTasks;
	readonly lookups: SharedLookups;
	readonly throttle: AdaptiveThrottle;
	readonly limiter: RequestLimiter;
}

const states = new Map<string, NodeState>();

export function stateOf(
	context: Pick<IExecuteFunctions, 'getNode' | 'getWorkflow'>,
	clock: Clock,
): NodeState {
	const key = `${context.getWorkflow().id}/${context.getNode().id}`;
	const state = states.get(key) ?? createState(clock);
	states.set(key, state);
	return state;
}

function createState(clock: Clock): NodeState {
	const throttle = new AdaptiveThrottle();
	return {
		started: new StartedTasks(),
		lookups: new SharedLookups(clock),
		throttle,
		limiter: new RequestLimiter(LIMITS, throttle, clock, NEVER),
	};
}
