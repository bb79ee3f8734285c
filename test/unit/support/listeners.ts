export interface CountedSignal {
	readonly controller: AbortController;
	readonly signal: AbortSignal;
	/** Abort listeners that are registered now. */
	listeners(): number;
}

/** A signal that tells how many have not unsubscribed from it. */
export function countedSignal(): CountedSignal {
	const controller = new AbortController();
	const { signal } = controller;
	/** Each with whether it goes once it was told. */
	const registered = new Map<() => void, boolean>();
	signal.addEventListener('abort', () => {
		for (const [listener, isOnce] of [...registered]) {
			if (isOnce) registered.delete(listener);
			listener();
		}
	});
	Object.assign(signal, {
		addEventListener(type: string, listener: () => void, { once = false } = {}) {
			if (type === 'abort') registered.set(listener, once);
		},
		removeEventListener(type: string, listener: () => void) {
			if (type === 'abort') registered.delete(listener);
		},
	});
	return { controller, signal, listeners: () => registered.size };
}
