/** What is recorded while a scenario runs. Times are in milliseconds from its start. */
import type { INodeExecutionData } from 'n8n-workflow';

import type { Callback } from './creations/callbacks.mjs';
import type { Creation } from './creations/scripted-creation.mjs';
import type { Scenario } from './scenario.mjs';
import type { Exchange } from './scripted-api.mjs';
import type { Ending } from './simulated-time.mjs';
import type { VideoExchange } from './videos/host.mjs';

/** Which run of the node in the workflow this is. */
export interface RunKey {
	/** Goes up with every turn of a loop. */
	readonly runIndex: number;
	/** How often the user has changed the prompts. */
	readonly edition: number;
}

/** One call of the node's `execute` for an entry of n8n's stack. No two overlap. */
export interface Round extends RunKey {
	readonly number: number;
	/** The ID of n8n's execution. */
	readonly execution: string;
	/** The one that parked the state from which this one resumes; null if it starts from the node's input. */
	readonly parent: Round | null;
	/** Whether callbacks resumed it, or came before it could start. */
	readonly isWoken: boolean;
	/** At its start. */
	readonly nodeContext: string;
	readonly startedAt: number;
	endedAt: number;
}

export interface Moment {
	readonly round: Round;
	readonly at: number;
}

/** A run of the node from its start to its output or its error, over any number of parked periods. */
export interface RunTrace extends RunKey {
	readonly scenario: Scenario;
	/** In order. What other rounds have found is lost. */
	readonly rounds: readonly Round[];
	readonly startedAt: number;
	readonly endedAt: number;
	readonly outputs: INodeExecutionData[][] | null;
	readonly error: unknown;
	readonly hints: readonly string[];
	/** At the end. */
	readonly nodeContext: string;
	/** The exchanges of its rounds that ended before the run did. */
	readonly exchanges: readonly Exchange[];
	readonly videos: readonly VideoExchange[];
	readonly credentialFailures: readonly Moment[];
	/** When the scripted exception was thrown; null if it wasn't. */
	readonly thrownAt: number | null;
	/** Whether n8n could not store a video. */
	readonly isDiskFull: boolean;
	/** All requests that create a task, of this and of earlier runs. */
	readonly creations: readonly Creation[];
	readonly callbacks: readonly Callback[];
	readonly earlier: readonly RunTrace[];
}

/** Everything about a scenario that can be seen from outside. */
export interface ScenarioTrace {
	readonly scenario: Scenario;
	readonly ending: Ending;
	/** How many were sent, in all. */
	readonly requests: number;
	/** Including those that n8n tried again, or that its user retried. */
	readonly runs: readonly RunTrace[];
	readonly exchanges: readonly Exchange[];
	readonly creations: readonly Creation[];
	readonly callbacks: readonly Callback[];
	/** Requested URLs of videos that no record contains. */
	readonly unknownUrls: readonly string[];
	/** Whether n8n's process was killed while the node was running. */
	readonly isKilled: boolean;
	readonly maxInFlight: { readonly api: number; readonly videos: number };
	readonly leftovers: {
		readonly timers: number;
		readonly listeners: number;
		/** Requests that were sent after the end, or never ended. */
		readonly requests: number;
		readonly rejections: readonly unknown[];
	};
}
