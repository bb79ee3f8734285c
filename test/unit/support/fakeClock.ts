import type { Clock } from '../../../nodes/ApikleyVeo/veo/ports';

interface Sleeper {
	readonly dueAt: number;
	wake(): void;
}

/** More than any chain of promises between two sleeps needs. */
const TURNS = 500;
/** Whoever wakes this often has got into a loop. */
const MOST_WAKINGS = 20_000;
/** Not 0: nothing may count on a clock that begins there. */
const START_MS = 5_000_000;
const START_DATE = Date.UTC(2025, 5, 6, 10, 25, 0);

/** Lets every promise that can go on without time passing go on. */
export async function drain(): Promise<void> {
	for (let turn = 0; turn < TURNS; turn++) await Promise.resolve();
}

/** A time of its own: it passes only in `advance`, `finish` and `runAll`, from one sleeper to the next. */
export class FakeClock implements Clock {
	private elapsedMs = 0;
	private readonly sleepers: Sleeper[] = [];

	now(): number {
		return START_MS + this.elapsedMs;
	}

	date(): number {
		return START_DATE + this.elapsedMs;
	}

	/** Seconds since the clock was made: what tests speak of. */
	get seconds(): number {
		return Math.round(this.elapsedMs) / 1000;
	}

	/** `seconds` on the clock's own scale. */
	at(seconds: number): number {
		return START_MS + seconds * 1000;
	}

	get sleeping(): number {
		return this.sleepers.length;
	}

	async sleep(ms: number, signal: AbortSignal): Promise<void> {
		if (ms <= 0 || signal.aborted) return;
		await new Promise<void>((resolve) => {
			const wake = () => {
				signal.removeEventListener('abort', wake);
				this.sleepers.splice(this.sleepers.indexOf(sleeper), 1);
				resolve();
			};
			const sleeper: Sleeper = { dueAt: this.now() + ms, wake };
			signal.addEventListener('abort', wake, { once: true });
			this.sleepers.push(sleeper);
		});
	}

	/** Lets this many seconds pass. */
	async advance(seconds: number): Promise<void> {
		const until = this.elapsedMs + seconds * 1000;
		await drain();
		for (let next = this.next(); next !== null; next = this.next()) {
			if (next.dueAt > START_MS + until) break;
			await this.wake(next);
		}
		this.elapsedMs = until;
	}

	/** Lets time pass until nobody sleeps any more. */
	async runAll(): Promise<void> {
		await drain();
		for (let next = this.next(), count = 0; next !== null; next = this.next()) {
			if ((count += 1) > MOST_WAKINGS) throw new Error('this never ends');
			await this.wake(next);
		}
	}

	/** Lets time pass until `work` has ended, and not a moment longer. */
	async finish<T>(work: Promise<T>): Promise<T> {
		let ended = false;
		const end = () => {
			ended = true;
		};
		work.then(end, end);
		await drain();
		for (let count = 0; !ended; count++) {
			const next = this.next();
			if (next === null) throw new Error('nobody sleeps, and still the work has not ended');
			if (count > MOST_WAKINGS) throw new Error('this never ends');
			await this.wake(next);
		}
		return await work;
	}

	/** Who is due first; of equals the one that lay down first. */
	private next(): Sleeper | null {
		return this.sleepers.reduce<Sleeper | null>(
			(first, sleeper) => (first === null || sleeper.dueAt < first.dueAt ? sleeper : first),
			null,
		);
	}

	private async wake(sleeper: Sleeper): Promise<void> {
		this.elapsedMs = Math.max(this.elapsedMs, sleeper.dueAt - START_MS);
		sleeper.wake();
		await drain();
	}
}
