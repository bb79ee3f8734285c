import type { CallbackScript } from './callback-script.mjs';
import type { FaultStep } from './faults.mjs';

/**
 * How the API reports a task that it does not know: a code in the body under HTTP 200, an HTTP status, or `code: 200`
 * with `data: null`.
 */
export type UnknownForm = 'code422' | 'code404' | 'http422' | 'http404' | 'nullData';

/** How a task ends. */
export type Ending =
	| { kind: 'succeeded'; model: 'primary' | 'fallback' }
	| {
			kind: 'failed';
			successFlag: 2 | 3;
			/** Default 501. */
			errorCode?: number;
	  }
	| { kind: 'never' }
	/** A successFlag that is not documented. */
	| { kind: 'oddFlag'; successFlag: unknown };

/** One moment of a task whose states are written out. */
export interface ScriptedState {
	/** Lookups before this one; default 0. */
	afterLookups?: number;
	/** The `data` of the response, exactly as written. */
	data: unknown;
	/** Default 200. */
	code?: number;
	/** Default `success`. */
	msg?: string;
}

/** What the requests for a 1080p video find. What can't be upgraded by its record needs no script to be refused. */
export interface UpgradeScript {
	/** Seconds from the first request until it is ready; default 0. */
	notReadyForSeconds?: number;
	/** At least this many requests find it not ready; default 0. */
	notReadyForRequests?: number;
	/** The response until then; default code 422, with a text that speaks of processing. */
	notReady?: { code?: number; status?: number; msg?: string };
	/** Where the response has the link: in this field of `data` (default `resultUrl`), or as `data` itself. */
	form?: 'resultUrl' | 'videoUrl' | 'url' | 'resultUrls' | 'string';
	/** Refused for this reason; default none. */
	refusal?: 'expired' | 'blank';
}

/**
 * The life of one task. Just `{ taskId: 'x' }` has succeeded from the start: primary model, 16:9, 720p, one video.
 * All of it is JSON, so that it can be sent to a simulator in another process.
 */
export interface TaskScript {
	taskId: string;
	/** Seconds (decimals allowed) until it ends; default 0. */
	durationSeconds?: number;
	/** At least this many lookups find it still generating (or unknown); default 0. Needs no clock. */
	durationLookups?: number;
	/** When its clock starts; default `added`. */
	countedFrom?: 'added' | 'firstLookup';
	/** Unknown to the API for the first seconds, or lookups; default 0. */
	unknownForSeconds?: number;
	unknownForLookups?: number;
	/** Default success by the primary model. */
	ending?: Ending;
	/** As in paramJson; default `16:9`. A task in `9:16` has portrait videos, and its original ones in `originUrls`. */
	aspectRatio?: string;
	/** Default `720p`. */
	resolution?: string;
	prompt?: string;
	/** More parameters for paramJson. */
	params?: Record<string, unknown>;
	/** How many result videos; default 1. */
	videos?: number;
	/** Instead of the simulator's own video URLs. */
	resultUrls?: string[];
	/** Only an extended task has them; default: none. */
	fullResultUrls?: string[];
	/** Default: its 1080p videos are ready at the first request for them. */
	upgrade?: UpgradeScript;
	/** What is posted to the `callBackUrl` of its parameters; default as the settings say. */
	callbacks?: CallbackScript;
	/** Laid over `data` in every response: objects key by key, everything else replaced. */
	data?: Record<string, unknown>;
	/** The same, but only after the end of the task (laid over last). */
	endData?: Record<string, unknown>;
	/** Instead of a duration and an ending: a lookup finds the last state of this list whose time has come. */
	states?: ScriptedState[];
	/** Used up one by one by the requests for this task. */
	faults?: FaultStep[];
}

/** The life of a task that will be created: its ID and its prompt come with the request. */
export type TaskPlan = Omit<TaskScript, 'taskId' | 'prompt'>;
