/** A time that passes only when the campaign lets it, for the built node and the scripted server alike. */
import FakeTimers from '@sinonjs/fake-timers';
import { setImmediate as turn } from 'node:timers/promises';

const START = Date.UTC(2026, 0, 1);
/** Whoever needs more has got into a loop. */
const MOST_TIMERS = 100_000;

const clock = FakeTimers.install({
	now: START,
	toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'],
});

// Every abort makes an error; what it costs is its stack, which nobody reads
Error.stackTraceLimit = 0;

// As Node has it: whole milliseconds, and at least one. Parts of one are cut off, so timers can come too early.
const setFakeTimeout = globalThis.setTimeout;
globalThis.setTimeout = ((callback: () => void, ms = 1) =>
	setFakeTimeout(callback, Math.max(1, Math.trunc(ms)))) as typeof setTimeout;

export type Passed = 'done' | 'stuck' | 'endless';

export const time = {
	/** As if nothing had ever happened. */
	restart(): void {
		clock.reset();
	},
	/** Milliseconds since the restart; no setting of the date changes it. */
	get elapsed(): number {
		return performance.now();
	},
	/** The date on a computer whose clock nobody sets. */
	get trueDate(): Date {
		return new Date(START + performance.now());
	},
	get timers(): number {
		return clock.countTimers();
	},
	setDate(byMs: number): void {
		clock.setSystemTime(Date.now() + byMs);
	},
	/** Lets time pass from timer to timer; `stuck` when there is none left. */
	async passUntil(isDone: () => boolean): Promise<Passed> {
		for (let count = 0; count < MOST_TIMERS; count++) {
			// Every promise that can go on without time passing goes on
			await turn();
			if (isDone()) return 'done';
			if (clock.countTimers() === 0) return 'stuck';
			clock.next();
		}
		return 'endless';
	},
};
