/**
 * One request to the `callBackUrl` of a task. Just `{}` reports the task's own end when it has come. All of it is JSON.
 */
export interface CallbackPost {
	/** Milliseconds after the end of the task; negative: before its record shows it. Default 0. */
	afterMs?: number;
	/** Default: the task's own `callBackUrl`. `anotherTask` takes the latest one with another path. */
	to?: 'anotherTask' | { url: string };
	/** Laid over the query of that address: null takes a parameter away. */
	query?: Record<string, string | null>;
	/** Named in the body instead of the task's own. */
	taskId?: string;
	/** `resultUrls` as a string that holds a list. */
	urlsAsText?: boolean;
	/** Instead of the documented body. */
	json?: unknown;
	text?: string;
	/** Fills the body up with spaces to this many bytes. */
	bytes?: number;
	bytesPerSecond?: number;
	/** Whether it is sent again, as the settings say, after anything but a 2xx response; default true. */
	retries?: boolean;
}

/** All that is posted for a task; `[]` is nothing. */
export type CallbackScript = readonly CallbackPost[];

export const lostCallback = (): CallbackScript => [];

export const doubledCallback = (): CallbackScript => [{}, {}];

export const lateCallback = (ms: number): CallbackScript => [{ afterMs: ms }];

/** The record shows the end only `ms` after the callback. The task must take longer than that. */
export const earlyCallback = (ms: number): CallbackScript => [{ afterMs: -ms }];

/** Names another task, which need not exist. */
export const callbackOfAnotherTask = (taskId = 'forged'): CallbackScript => [
	{ taskId, retries: false },
];

/** Goes to the address of another task, and so usually of another execution. */
export const callbackToAnotherTask = (): CallbackScript => [{ to: 'anotherTask', retries: false }];

/** Has a wrong value in a parameter of the address, such as `token` or `signature`. */
export const callbackWithWrong = (parameter: string): CallbackScript => [
	{ query: { [parameter]: 'forged' }, retries: false },
];

/** Valid JSON, filled up to this many bytes. */
export const hugeCallback = (bytes: number): CallbackScript => [{ bytes }];

export const callbackThatIsNoJson = (): CallbackScript => [{ text: '<html>Not JSON' }];

export const slowCallback = (bytesPerSecond: number): CallbackScript => [{ bytesPerSecond }];
