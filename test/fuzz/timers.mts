/** Timers of whoever plays a part in a script, so that they can be told from those of the node. */
export class Timers {
	private readonly running = new Set<ReturnType<typeof setTimeout>>();

	get pending(): number {
		return this.running.size;
	}

	after(ms: number, act: () => void): ReturnType<typeof setTimeout> {
		const timer = setTimeout(() => {
			this.running.delete(timer);
			act();
		}, ms);
		this.running.add(timer);
		return timer;
	}

	stop(timer: ReturnType<typeof setTimeout>): void {
		this.running.delete(timer);
		clearTimeout(timer);
	}
}
