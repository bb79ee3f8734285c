export interface SignalSpy {
	readonly controller: AbortController;
	readonly signal: AbortSignal;
	/** How many abort listeners are registered now. */
	listeners(): number;
}

/** A signal that counts the listeners that have not unsubscribed. */
export function spyOnSignal(): SignalSpy {
	const controller = new AbortController();
	const { signal } = controller;
	/** Each listener, with whether it is removed once called. */
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
