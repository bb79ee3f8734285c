interface Listening {
	readonly listeners: Set<() => void>;
	stop(): void;
}

const listening = new WeakMap<AbortSignal, Listening>();

/**
 * Calls `listener` when `signal` is aborted, unless the function returned was called before. All that listen
 * to one signal share one listener on it: to remove one, an EventTarget walks through all that it has, and
 * thousands of tasks may wait on the same signal.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
	const shared = listening.get(signal) ?? listenTo(signal);
	shared.listeners.add(listener);
	return () => {
		shared.listeners.delete(listener);
		if (shared.listeners.size === 0) shared.stop();
	};
}

function listenTo(signal: AbortSignal): Listening {
	const listeners = new Set<() => void>();
	const abort = () => {
		listening.delete(signal);
		for (const listener of listeners) listener();
	};
	const stop = () => {
		signal.removeEventListener('abort', abort);
		listening.delete(signal);
	};
	const shared = { listeners, stop };
	listening.set(signal, shared);
	signal.addEventListener('abort', abort, { once: true });
	return shared;
}

/** What ends with something larger, or by itself. */
export interface LinkedAbort {
	/** Aborted by the end. */
	readonly signal: AbortSignal;
	dispose(): void;
}

/** Ends with `signal`. To be ended in any case, as it listens until then. */
export function linkAbort(signal: AbortSignal): LinkedAbort {
	const ending = new AbortController();
	const end = () => {
		forget();
		ending.abort();
	};
	const forget = onAbort(signal, end);
	if (signal.aborted) end();
	return { signal: ending.signal, dispose: end };
}
