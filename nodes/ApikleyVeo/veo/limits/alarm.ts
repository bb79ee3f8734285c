import type { Clock } from '../ports';

/** A single timer for many times: it rings at the earliest time that has been set, and then has to be set again. */
export class Alarm {
	private ringsAt = Infinity;

	constructor(
		private readonly clock: Clock,
		private readonly signal: AbortSignal,
		private readonly ring: (time: number) => void,
	) {}

	/** `time` is on the clock's `now`. */
	set(time: number): void {
		if (time >= this.ringsAt) return;
		this.ringsAt = time;
		void this.clock.sleep(time - this.clock.now(), this.signal).then(() => {
			if (this.ringsAt !== time) return;
			this.ringsAt = Infinity;
			this.ring(time);
		});
	}
}
