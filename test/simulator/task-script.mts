import type { FaultStep } from './faults.mjs';

/** As the value of a key, it leaves that key out. A string, so that it survives JSON. */
export const ABSENT = '__absent__';

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
			errorCode?: number | null;
			/** Default a sentence that fits the code. */
			errorMessage?: string | null;
	  }
	| { kind: 'never' }
	| {
			/** A successFlag that is not documented, for ever, or until both `for…` have passed. */
			kind: 'oddFlag';
			successFlag: unknown;
			forSeconds?: number;
			forLookups?: number;
			/** What comes after it; default success by the primary model. */
			then?: Ending;
	  };

export type TimeForm = 'rfc3339' | 'spaced' | 'epochMs' | 'null' | 'absent';
export type UrlsForm = 'array' | 'jsonString' | 'null' | 'absent';

/** The forms in which the fields of a record occur; the first of each is the default. */
export interface RecordForms {
	fallbackFlag?: 'boolean' | 'absent' | 'null';
	/** `spaced` is `YYYY-MM-DD HH:mm:ss`, in UTC. A completeTime that is not known yet is null (or absent). */
	times?: TimeForm;
	/** `response` while the task runs and after a failure. */
	emptyResponse?: 'null' | 'absent';
	/** All lists of `response`. */
	urls?: UrlsForm;
	errorCode?: 'number' | 'string';
	/** `errorMessage` when there is none. */
	noErrorMessage?: 'empty' | 'null' | 'absent';
	paramJson?: 'json' | 'broken' | 'empty' | 'null' | 'absent';
}

/** One moment of a task whose states are written out. */
export interface ScriptedState {
	/** Seconds since the task's clock started; default 0. */
	afterSeconds?: number;
	/** Lookups before this one; default 0. */
	afterLookups?: number;
	/** The `data` of the response, exactly as written (`ABSENT` leaves a key out). */
	data: unknown;
	/** Default 200. */
	code?: number;
	/** Default `success`. */
	msg?: string;
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
	/** Default: the simulator's setting. */
	unknownAs?: UnknownForm;
	/** Default success by the primary model. */
	ending?: Ending;
	/** As in paramJson; default `16:9`; null leaves it out. A task in `9:16` has portrait videos. */
	aspectRatio?: string | null;
	/** Default `720p`. */
	resolution?: string | null;
	prompt?: string;
	/** More parameters for paramJson. */
	params?: Record<string, unknown>;
	/** How many result videos; default 1. */
	videos?: number;
	/** Instead of the simulator's own video URLs. */
	resultUrls?: string[];
	/** Default: there are some if the aspect ratio is not 16:9, as documented. */
	originUrls?: boolean | string[];
	/** Default: none. */
	fullResultUrls?: boolean | string[];
	/** How many requests for the 1080p video find it not ready yet; default 0. */
	upgradeNotReadyFor?: number;
	/** Default `success`, whatever the task's state. */
	msg?: string;
	forms?: RecordForms;
	/** Laid over `data` in every response: objects key by key, everything else replaced, `ABSENT` removes a key. */
	data?: Record<string, unknown>;
	/** The same, but only after the end of the task (laid over last). */
	endData?: Record<string, unknown>;
	/**
	 * Instead of a duration and an ending: a lookup finds the last state of this list whose time has come; before the
	 * first, the task is unknown. A task may go back from an end to running.
	 */
	states?: ScriptedState[];
	/** Used up one by one by the requests for this task. */
	faults?: FaultStep[];
}

/** The life of a task that will be created: its ID and its prompt come with the request. */
export type TaskPlan = Omit<TaskScript, 'taskId' | 'prompt'>;
