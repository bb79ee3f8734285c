import type { EngineResponse, IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { canPark, canReturnToCaller, hasInputNode } from '../n8n/parking';
import { isToolExecution } from '../n8n/toolExecution';
import type { Schedule } from '../veo/polling/schedule';
import { readBoolean } from './boolean';
import { readChoice, toChoice } from './choice';
import { InvalidParameterError, readParameter } from './invalidParameter';
import { labelOf } from './labels';
import { readNumber } from './number';
import type { NumberRule } from './number';
import { readCollection } from './options';

/** With the panel's defaults. A linter wants those written out in the panel, so a test compares the two. */
export const POLLING_RULES = {
	initialDelay: { label: 'Initial Delay (Seconds)', default: 0, min: 0 },
	interval: { label: 'Interval (Seconds)', default: 10, min: 0, exclusive: true },
	backoffFactor: { label: 'Backoff Factor', default: 1, min: 1 },
	maxInterval: { label: 'Max Interval (Seconds)', default: 60, min: 0, exclusive: true },
	timeout: { label: 'Timeout (Seconds)', default: 900, min: 0 },
	parkAfter: { label: 'Park After (Seconds)', default: 60, min: 0 },
} as const satisfies Record<string, NumberRule>;

/** A 1080p version is ready within minutes. */
export const UPGRADE_POLLING_RULES: PollingRules = {
	...POLLING_RULES,
	interval: { ...POLLING_RULES.interval, default: 20 },
	timeout: { ...POLLING_RULES.timeout, default: 600 },
};

/** A hundred years. Sums of longer times would be no dates any more, or not even numbers. */
const MAX_TIME_MS = 100 * 365 * 86_400_000;

type PollingRules = Readonly<Record<keyof typeof POLLING_RULES, NumberRule>>;

/** When a task is looked up, and what happens at the timeout. */
export interface WaitRequest {
	readonly schedule: Schedule;
	readonly onTimeout: 'error' | 'output';
}

/** @throws InvalidParameterError */
export function readWait(
	context: IExecuteFunctions,
	itemIndex: number,
	rules: PollingRules = POLLING_RULES,
): WaitRequest {
	const polling = readCollection(context, 'polling', itemIndex);
	const read = (name: keyof PollingRules) => readNumber(polling[name], rules[name]);
	const readMs = (name: keyof PollingRules) => Math.min(read(name) * 1000, MAX_TIME_MS);
	// It is only needed once something is created, and then it would be too late for an error
	toWakeOnCallback(polling);
	return {
		schedule: {
			initialDelayMs: readMs('initialDelay'),
			intervalMs: readMs('interval'),
			backoffFactor: read('backoffFactor'),
			maxIntervalMs: readMs('maxInterval'),
			timeoutMs: readMs('timeout'),
		},
		onTimeout: toChoice(polling.onTimeout ?? 'error', 'On Timeout', ['error', 'output']),
	};
}

/** The same if Wait for Completion is on, else null. */
export function readOptionalWait(
	context: IExecuteFunctions,
	itemIndex: number,
	rules?: PollingRules,
): WaitRequest | null {
	const value = readParameter(context, 'waitForCompletion', itemIndex, true);
	return readBoolean(value, labelOf('waitForCompletion'))
		? readWait(context, itemIndex, rules)
		: null;
}

/** Whether the callbacks of the tasks that the node creates resume a parked run. Reads the first item: a run is woken as one. */
export function readWakeOnCallback(context: IExecuteFunctions): boolean {
	return toWakeOnCallback(readCollection(context, 'polling', 0));
}

function toWakeOnCallback({ wakeOnCallback = true }: IDataObject): boolean {
	return readBoolean(wakeOnCallback, 'Wake on Callback');
}

/**
 * Returns the milliseconds that waits stay in memory before they are parked; Infinity if they are never parked. Throws an
 * InvalidParameterError where this n8n can't park. `response` is what n8n passes to `execute`.
 */
export function readParkAfterMs(
	context: IExecuteFunctions,
	response: EngineResponse | undefined,
): number {
	const whileWaiting = readChoice(context, 0, 'whileWaiting', ['keepRunning', 'park']);
	if (whileWaiting !== 'park') return Infinity;
	// An AI agent needs the result of its tool within the same execution
	if (isToolExecution(context) || !hasInputNode(context)) return Infinity;
	if (!canReturnToCaller(context)) return Infinity;
	if (!canPark(context, response)) {
		throw new InvalidParameterError(
			'This n8n is too old to park an execution.',
			'Update n8n to 2.6 or newer, or set While Waiting to Keep Running.',
		);
	}
	const { parkAfter } = readCollection(context, 'polling', 0);
	return readNumber(parkAfter, POLLING_RULES.parkAfter) * 1000;
}
