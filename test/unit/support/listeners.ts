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
	const registered = new Set<() => void>();
	signal.addEventListener('abort', () => {
		const listeners = [...registered];
		registered.clear();
		for (const listener of listeners) listener();
	});
	Object.assign(signal, {
		addEventListener: (_type: string, listener: () => void) => registered.add(listener),
		removeEventListener: (_type: string, listener: () => void) => registered.delete(listener),
	});
	return { controller, signal, listeners: () => registered.size };
}
