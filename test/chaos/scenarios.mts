import { setTimeout as sleep } from 'node:timers/promises';

import { NO_SHARES } from '../simulator/settings.mjs';
import type { CreatingOptions } from './creating-load.mjs';
import { callbackFaults, creationFaults, lookupFaults } from './faults.mjs';
import type { Stage } from './stage.mjs';

export interface ScenarioOptions {
	readonly seed: number;
	/** How long executions are started and parts of the system are killed, where both happen at once. */
	readonly minutes: number;
}

/** What goes wrong, and when. */
export interface Scenario {
	readonly creating: CreatingOptions;
	/** Whether everything must come out right, as nothing is killed in the middle of a creation. */
	readonly isHarmless: boolean;
	/** Starts executions, and kills parts of n8n. */
	run(stage: Stage, options: ScenarioOptions): Promise<void>;
}

/** In seconds. The provider takes minutes. */
const CALLBACK_REPEATED_AFTER = [5, 15, 30];

/** Everything at once: executions of all kinds are started while the API fails at random and random parts are killed. */
const mixed: Scenario = {
	creating: {
		itemCounts: [1, 1, 2, 3],
		seconds: [5, 50],
		timeoutSeconds: 120,
		toTriggerEvery: 3,
	},
	isHarmless: false,
	run: async ({ simulator, killer, loads }, { seed, minutes }) => {
		simulator.setOptions({
			lookupShares: lookupFaults(seed),
			creationShares: creationFaults(seed),
			callbackShares: callbackFaults(seed),
			callbackRetrySeconds: CALLBACK_REPEATED_AFTER,
		});
		const signal = AbortSignal.timeout(minutes * 60_000);
		await Promise.all([
			loads.park.run(3_500, signal),
			loads.create.run(3_500, signal),
			loads.keepRunning.run(10_000, signal),
			killer.killAtRandom(signal),
		]);
		simulator.setOptions({ lookupShares: NO_SHARES });
	},
};

/** The same with an API that takes its time, so that kills hit far more requests in flight. */
const slow: Scenario = {
	...mixed,
	run: async (stage, options) => {
		stage.simulator.setOptions({ responseDelayMs: 3_000 });
		await mixed.run(stage, options);
		stage.simulator.setOptions({ responseDelayMs: 0 });
	},
};

/** While 50 executions are parked for three minutes, n8n is killed every 20 seconds. */
const restarts: Scenario = {
	creating: {
		itemCounts: [1],
		seconds: [180, 180],
		timeoutSeconds: 900,
		toTriggerEvery: Infinity,
	},
	isHarmless: true,
	run: async (stage) => {
		await parkExecutions(stage, 50);
		await killRepeatedly(stage, { times: 9, everySeconds: 20 });
	},
};

/** The callbacks of 500 parked executions are lost, doubled and forged while n8n is killed three times. */
const callbacks: Scenario = {
	creating: {
		itemCounts: [1],
		seconds: [60, 180],
		timeoutSeconds: 900,
		toTriggerEvery: Infinity,
	},
	isHarmless: true,
	run: async (stage, { seed }) => {
		stage.simulator.setOptions({
			callbackShares: callbackFaults(seed),
			callbackRetrySeconds: CALLBACK_REPEATED_AFTER,
		});
		await parkExecutions(stage, 500);
		await killRepeatedly(stage, { times: 3, everySeconds: 30 });
	},
};

export const SCENARIOS: Readonly<Record<string, Scenario>> = { mixed, slow, restarts, callbacks };

const POLL_MS = 500;

/** Resolves when all of them have been parked. */
async function parkExecutions({ killer, loads: { create } }: Stage, count: number): Promise<void> {
	const { client } = killer.current;
	await create.run(0, new AbortController().signal, count);
	const filter = (...status: Array<'new' | 'running'>) => ({
		workflowId: create.workflowId,
		status,
	});
	// Some may have been resumed already
	while ((await client.countExecutions(filter('new', 'running'))) > 0) await sleep(POLL_MS);
}

async function killRepeatedly(
	{ killer }: Stage,
	{ times, everySeconds }: { times: number; everySeconds: number },
): Promise<void> {
	for (let time = 0; time < times; time++) {
		const next = sleep(everySeconds * 1000);
		await killer.killN8n();
		await next;
	}
}
