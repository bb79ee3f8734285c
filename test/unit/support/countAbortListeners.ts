/** Counts abort listeners from now on. `maxOnOneSignal` is the highest number that any one signal has had. */
export function countAbortListeners() {
	const registered = new Map<EventTarget, Set<unknown>>();
	let max = 0;
	const add = EventTarget.prototype.addEventListener;
	const remove = EventTarget.prototype.removeEventListener;
	jest.spyOn(EventTarget.prototype, 'addEventListener').mockImplementation(function (
		this: EventTarget,
		...args: Parameters<typeof add>
	) {
		const listeners = registered.get(this) ?? new Set();
		registered.set(this, listeners.add(args[1]));
		max = Math.max(max, listeners.size);
		add.apply(this, args);
	});
	jest.spyOn(EventTarget.prototype, 'removeEventListener').mockImplementation(function (
		this: EventTarget,
		...args: Parameters<typeof remove>
	) {
		registered.get(this)?.delete(args[1]);
		remove.apply(this, args);
	});
	return { maxOnOneSignal: () => max };
}
