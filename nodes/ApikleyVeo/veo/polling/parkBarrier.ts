import { linkAbort } from '../onAbort';
import type { Clock } from '../ports';

/**
 * n8n parks an execution as a whole. So a wait that is ready to be parked stays here until the others are, or goes on
 * in memory when its own time comes before.
 */
export class ParkBarrier {
	private readonly parked = new Set<() => void>();

	/** `awake`: how many waits there are. Each is to `leave` when it has ended. */
	constructor(
		private active: number,
		private readonly clock: Clock,
		private readonly signal: AbortSignal,
	) {}

	/** True once all the others are parked or have left; false if it is `until` before, on the clock's `now`. */
	async arrive(until: number): Promise<boolean> {
		const nap = linkAbort(this.signal);
		let isTogether = false;
		const release = () => {
			isTogether = true;
			nap.dispose();
		};
		this.parked.add(release);
		this.leave();
		await this.clock.sleep(until - this.clock.now(), nap.signal);
		nap.dispose();
		this.parked.delete(release);
		if (!isTogether) this.active += 1;
		return isTogether;
	}

	leave(): void {
		this.active -= 1;
		if (this.active > 0) return;
		for (const release of this.parked) release();
	}
}
