/** Plays one script from beginning to end. */
import { getEventListeners } from 'node:events';

import type { INodeExecutionData } from 'n8n-workflow';

import { seeded } from '../seeded-random.mjs';
import { runNode, type NodeClass } from './n8n.mjs';
import type { Script } from './scenario.mjs';
import { ScriptedServer, type Exchange } from './server.mjs';
import { time, type Passed } from './time.mjs';
import { ScriptedDisk } from './videos/disk.mjs';
import { ScriptedVideoHost, type VideoExchange } from './videos/host.mjs';

/** All that can be seen of a run from outside. */
export interface Evidence {
	readonly script: Script;
	readonly end: Passed;
	/** In milliseconds from its start. */
	readonly endedAt: number;
	readonly outputs: INodeExecutionData[][] | null;
	readonly error: unknown;
	/** Those that ended before the run did. */
	readonly exchanges: readonly Exchange[];
	readonly mostAtOnce: number;
	readonly videos: {
		/** As above. */
		readonly exchanges: readonly VideoExchange[];
		readonly mostAtOnce: number;
		/** URLs asked for that no record has told of. */
		readonly strayed: readonly string[];
		/** How often n8n could not store one. */
		readonly notStored: number;
	};
	readonly left: {
		readonly timers: number;
		readonly listeners: number;
		/** Requests that were begun when all was over, or still open. */
		readonly requests: number;
		readonly rejections: readonly unknown[];
	};
}

const rejections: unknown[] = [];
process.on('unhandledRejection', (reason) => rejections.push(reason));

export async function play(node: NodeClass, script: Script): Promise<Evidence> {
	time.restart();
	rejections.length = 0;
	Math.random = seeded(script.chance);
	const server = new ScriptedServer(script);
	const videoHost = new ScriptedVideoHost(script);
	const disk = new ScriptedDisk(script.diskBytes);
	const stop = new AbortController();
	const events = schedule(script, stop, server);
	let outputs: INodeExecutionData[][] | null = null;
	let error: unknown = null;
	let isSettled = false;
	void runNode(node, script, { server, videoHost, disk }, stop.signal)
		.then(
			(value) => (outputs = value),
			(reason: unknown) => (error = reason),
		)
		.finally(() => (isSettled = true));
	const end = await time.passUntil(() => isSettled);
	const endedAt = time.elapsed;
	events.cancel();
	const timers = time.timers - server.pending - videoHost.pending;
	const listeners = getEventListeners(stop.signal, 'abort').length;
	const openVideos = videoHost.exchanges.filter(({ end: how }) => how === null).length;
	const sent = server.exchanges.length + videoHost.exchanges.length;
	await time.passUntil(() => time.timers === 0);
	const begun = server.exchanges.length + videoHost.exchanges.length - sent;
	const stillOpen = server.exchanges.filter(({ meaning }) => meaning === null).length;
	return {
		script,
		end,
		endedAt,
		outputs,
		error,
		exchanges: server.exchanges.filter((exchange) => exchange.endedAt <= endedAt),
		mostAtOnce: server.mostAtOnce,
		videos: {
			exchanges: videoHost.exchanges.filter((exchange) => exchange.endedAt <= endedAt),
			mostAtOnce: videoHost.mostAtOnce,
			strayed: videoHost.strayed,
			notStored: disk.failures,
		},
		left: {
			timers,
			listeners,
			requests: begun + stillOpen + openVideos,
			rejections: [...rejections],
		},
	};
}

/** What happens by the clock, whatever the node does. */
function schedule({ jumps, cancelAtMs }: Script, stop: AbortController, server: ScriptedServer) {
	const timers = jumps.map(({ atMs, byMs }) => setTimeout(() => time.setDate(byMs), atMs));
	if (cancelAtMs !== null) {
		const cancel = () => {
			server.hangUp();
			stop.abort();
		};
		timers.push(setTimeout(cancel, cancelAtMs));
	}
	return { cancel: () => timers.forEach((timer) => clearTimeout(timer)) };
}
