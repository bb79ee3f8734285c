interface SharedListener {
	readonly callbacks: Set<() => void>;
	remove(): void;
}

const sharedListeners = new WeakMap<AbortSignal, SharedListener>();

/**
 * Calls `callback` when `signal` is aborted, unless the returned function has been called before. All callbacks of a
 * signal share one event listener: removing one of thousands from an EventTarget means searching through them all, and
 * thousands of tasks may wait on one signal.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
	const shared = sharedListeners.get(signal) ?? listenTo(signal);
	shared.callbacks.add(callback);
	return () => {
		shared.callbacks.delete(callback);
		if (shared.callbacks.size === 0) shared.remove();
	};
}

function listenTo(signal: AbortSignal): SharedListener {
	const callbacks = new Set<() => void>();
	const listener = () => {
		sharedListeners.delete(signal);
		for (const callback of callbacks) callback();
	};
	const remove = () => {
		signal.removeEventListener('abort', listener);
		sharedListeners.delete(signal);
	};
	const shared = { callbacks, remove };
	sharedListeners.set(signal, shared);
	signal.addEventListener('abort', listener, { once: true });
	return shared;
}

export interface LinkedAbort {
	/** Aborted with the parent signal or by `dispose`, whichever comes first. */
	readonly signal: AbortSignal;
	dispose(): void;
}

/**
 * Links a new signal to `parent`. Always dispose it, because it listens to `parent` until then. `AbortSignal.any`
 * won't do: on supported versions of Node it leaks memory while its parent lives.
 */
export function linkAbort(parent: AbortSignal): LinkedAbort {
	const linked = new AbortController();
	const dispose = () => {
		removeListener();
		linked.abort();
	};
	const removeListener = onAbort(parent, dispose);
	if (parent.aborted) dispose();
	return { signal: linked.signal, dispose };
}
