import { endingWith } from '../onAbort';
import type { Clock } from '../ports';

/**
 * n8n parks an execution as a whole. So a wait that is ready to be parked stays here until the others are, or goes on
 * in memory when its own time comes before.
 */
export class ParkingLot {
	private readonly parked = new Set<() => void>();

	/** `awake`: how many waits there are. Each is to `leave` when it has ended. */
	constructor(
		private awake: number,
		private readonly clock: Clock,
		private readonly signal: AbortSignal,
	) {}

	/** True once all the others are parked or have left; false if it is `until` before, on the clock's `now`. */
	async park(until: number): Promise<boolean> {
		const nap = endingWith(this.signal);
		let isTogether = false;
		const release = () => {
			isTogether = true;
			nap.end();
		};
		this.parked.add(release);
		this.leave();
		await this.clock.sleep(until - this.clock.now(), nap.signal);
		nap.end();
		this.parked.delete(release);
		if (!isTogether) this.awake += 1;
		return isTogether;
	}

	leave(): void {
		this.awake -= 1;
		if (this.awake > 0) return;
		for (const release of this.parked) release();
	}
}
