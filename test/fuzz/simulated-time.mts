/** A time for the built node and the scripted servers that passes only when the fuzz run advances it. */
import FakeTimers from '@sinonjs/fake-timers';
import { setImmediate as nextTurn } from 'node:timers/promises';

const START = Date.UTC(2026, 0, 1);
/** A run that needs more is in a loop. */
const MAX_TIMERS = 20_000;

const clock = FakeTimers.install({
	now: START,
	toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'],
});

// Every abort creates an error. Its stack, which nothing reads, is what makes that slow.
Error.stackTraceLimit = 0;

// Like Node's: whole milliseconds, at least one. Fractions are cut off, so timers can fire early.
const setFakeTimeout = globalThis.setTimeout;
globalThis.setTimeout = ((callback: () => void, ms = 1) =>
	setFakeTimeout(callback, Math.max(1, Math.trunc(ms)))) as typeof setTimeout;

/** `stuck`: no timer was left. `endless`: there was always another one. */
export type Ending = 'done' | 'stuck' | 'endless';

export const time = {
	/** Starts again, without any timers. */
	restart(): void {
		clock.reset();
	},
	/** Milliseconds since the restart, whatever the date is set to. */
	get elapsed(): number {
		return performance.now();
	},
	/** The date on a computer whose clock is never set. */
	get trueDate(): Date {
		return new Date(START + performance.now());
	},
	get timers(): number {
		return clock.countTimers();
	},
	shiftDate(byMs: number): void {
		clock.setSystemTime(Date.now() + byMs);
	},
	/** Advances from timer to timer. */
	async advanceUntil(isDone: () => boolean): Promise<Ending> {
		for (let count = 0; count < MAX_TIMERS; count++) {
			// Settles every promise that needs no time to pass
			await nextTurn();
			if (isDone()) return 'done';
			if (clock.countTimers() === 0) return 'stuck';
			clock.next();
		}
		return 'endless';
	},
};

export type Timer = ReturnType<typeof setTimeout>;

/** The timers of a scripted server, so that they can be told apart from the node's. */
export class Timers {
	private readonly running = new Set<Timer>();

	get pending(): number {
		return this.running.size;
	}

	start(ms: number, callback: () => void): Timer {
		const timer = setTimeout(() => {
			this.running.delete(timer);
			callback();
		}, ms);
		this.running.add(timer);
		return timer;
	}

	stopAll(): void {
		for (const timer of this.running) this.stop(timer);
	}

	stop(timer: Timer): void {
		this.running.delete(timer);
		clearTimeout(timer);
	}
}
