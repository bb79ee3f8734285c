import { linkAbort } from '../onAbort';
import type { Clock } from '../ports';

/**
 * n8n parks a whole execution. A wait that is ready to park blocks here until all others are ready too, or until its
 * own next lookup is due.
 */
export class ParkBarrier {
	private readonly arrived = new Set<() => void>();

	/** `active` is the number of waits. Each must call `leave` when it ends. */
	constructor(
		private active: number,
		private readonly clock: Clock,
		private readonly signal: AbortSignal,
	) {}

	/** Resolves with true once all other waits have arrived or left, or with false at `until` on the clock's `now`. */
	async arrive(until: number): Promise<boolean> {
		const timer = linkAbort(this.signal);
		let allArrived = false;
		const open = () => {
			allArrived = true;
			timer.dispose();
		};
		this.arrived.add(open);
		this.leave();
		await this.clock.sleep(until - this.clock.now(), timer.signal);
		timer.dispose();
		this.arrived.delete(open);
		this.active += 1;
		return allArrived;
	}

	leave(): void {
		this.active -= 1;
		if (this.active > 0) return;
		for (const open of this.arrived) open();
	}
}
