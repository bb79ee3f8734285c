/** Runs one scenario from start to end. */
import { getEventListeners } from 'node:events';

import type { INodeExecutionData } from 'n8n-workflow';

import { seeded } from '../seeded-random.mjs';
import { ScriptedFaults } from './faults.mjs';
import { ScriptedApi, type Exchange } from './scripted-api.mjs';
import { runNode, type NodeClass } from './run-node.mjs';
import type { Scenario } from './scenario.mjs';
import { time, type Ending } from './simulated-time.mjs';
import { ScriptedDisk } from './videos/disk.mjs';
import { ScriptedVideoHost, type VideoExchange } from './videos/host.mjs';

/** Everything about a run that can be seen from outside. Times are in milliseconds from its start. */
export interface RunTrace {
	readonly scenario: Scenario;
	readonly ending: Ending;
	readonly endedAt: number;
	readonly outputs: INodeExecutionData[][] | null;
	readonly error: unknown;
	/** Those that ended before the run did. */
	readonly exchanges: readonly Exchange[];
	readonly maxInFlight: number;
	readonly videos: {
		/** Those that ended before the run did. */
		readonly exchanges: readonly VideoExchange[];
		readonly maxInFlight: number;
		/** Requested URLs that no record contains. */
		readonly unknownUrls: readonly string[];
		/** How often n8n could not store a video. */
		readonly storeFailures: number;
	};
	readonly faults: {
		/** When n8n did not hand out the credential. */
		readonly credentialFailures: readonly number[];
		/** When the scripted exception was thrown; null if it wasn't. */
		readonly thrownAt: number | null;
	};
	readonly leftovers: {
		readonly timers: number;
		readonly listeners: number;
		/** Requests that were sent after the end, or never ended. */
		readonly requests: number;
		readonly rejections: readonly unknown[];
	};
}

const rejections: unknown[] = [];
process.on('unhandledRejection', (reason) => rejections.push(reason));

export async function runScenario(node: NodeClass, scenario: Scenario): Promise<RunTrace> {
	time.restart();
	rejections.length = 0;
	Math.random = seeded(scenario.seed);
	const faults = new ScriptedFaults(scenario);
	const api = new ScriptedApi(scenario, faults);
	const videoHost = new ScriptedVideoHost(scenario);
	const disk = new ScriptedDisk(scenario.diskSpace);
	const stop = new AbortController();
	const events = scheduleEvents(scenario, stop, api);
	let outputs: INodeExecutionData[][] | null = null;
	let error: unknown = null;
	let isSettled = false;
	void runNode(node, scenario, { api, videoHost, disk, faults }, stop.signal)
		.then(
			(value) => (outputs = value),
			(reason: unknown) => (error = reason),
		)
		.finally(() => (isSettled = true));
	const ending = await time.advanceUntil(() => isSettled);
	const endedAt = time.elapsed;
	for (const event of events) clearTimeout(event);
	const timers = time.timers - api.pendingTimers - videoHost.pendingTimers;
	const listeners = getEventListeners(stop.signal, 'abort').length;
	const openVideos = videoHost.exchanges.filter(({ end }) => end === null).length;
	const countRequests = () => api.exchanges.length + videoHost.exchanges.length;
	const sentInTime = countRequests();
	await time.advanceUntil(() => time.timers === 0);
	const sentLate = countRequests() - sentInTime;
	const openLookups = api.exchanges.filter(({ meaning }) => meaning === null).length;
	return {
		scenario,
		ending,
		endedAt,
		outputs,
		error,
		exchanges: api.exchanges.filter((exchange) => exchange.endedAt <= endedAt),
		maxInFlight: api.maxInFlight,
		videos: {
			exchanges: videoHost.exchanges.filter((exchange) => exchange.endedAt <= endedAt),
			maxInFlight: videoHost.maxInFlight,
			unknownUrls: videoHost.unknownUrls,
			storeFailures: disk.failures,
		},
		faults: { credentialFailures: faults.credentialFailures, thrownAt: faults.thrownAt },
		leftovers: {
			timers,
			listeners,
			requests: sentLate + openLookups + openVideos,
			rejections: [...rejections],
		},
	};
}

/** Starts the timers of what happens at a fixed time, whatever the node does. */
function scheduleEvents(
	{ clockJumps, cancelAtMs }: Scenario,
	stop: AbortController,
	api: ScriptedApi,
): NodeJS.Timeout[] {
	const jumps = clockJumps.map(({ atMs, byMs }) => setTimeout(() => time.shiftDate(byMs), atMs));
	if (cancelAtMs === null) return jumps;
	const cancel = () => {
		api.disconnectAll();
		stop.abort();
	};
	return [...jumps, setTimeout(cancel, cancelAtMs)];
}
