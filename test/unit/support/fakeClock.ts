import type { Clock } from '../../../nodes/ApikleyVeo/veo/ports';

interface Sleeper {
	readonly dueAt: number;
	wake(): void;
}

/** More than any chain of promises between two sleeps needs. */
const MAX_PROMISE_CHAIN = 500;
/** More wake-ups than this are an endless loop. */
const MAX_WAKE_UPS = 2_000;
/** Not 0: no code may rely on a clock that starts there. */
const START_MS = 5_000_000;
const START_DATE = Date.UTC(2025, 5, 6, 10, 25, 0);

/** Runs every promise callback that can run without time passing. */
export async function flushPromises(): Promise<void> {
	for (let turn = 0; turn < MAX_PROMISE_CHAIN; turn++) await Promise.resolve();
}

/** Time passes only in `advance`, `finish` and `runAll`, from one sleeper to the next. */
export class FakeClock implements Clock {
	private elapsedMs = 0;
	private readonly sleepers: Sleeper[] = [];

	now(): number {
		return START_MS + this.elapsedMs;
	}

	date(): number {
		return START_DATE + this.elapsedMs;
	}

	/** Seconds since the clock was created: the unit that tests use. */
	get seconds(): number {
		return Math.round(this.elapsedMs) / 1000;
	}

	/** The `now` of the clock after these seconds. */
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

	/** Lets `seconds` pass. */
	async advance(seconds: number): Promise<void> {
		const until = this.elapsedMs + seconds * 1000;
		await flushPromises();
		for (let next = this.nextSleeper(); next !== null; next = this.nextSleeper()) {
			if (next.dueAt > START_MS + until) break;
			await this.wake(next);
		}
		this.elapsedMs = until;
	}

	/** Lets time pass until no sleep is left. */
	async runAll(): Promise<void> {
		await flushPromises();
		for (let next = this.nextSleeper(), count = 0; next !== null; next = this.nextSleeper()) {
			if ((count += 1) > MAX_WAKE_UPS) throw new Error('the clock runs in an endless loop');
			await this.wake(next);
		}
	}

	/** Lets time pass until `work` settles, and no longer. */
	async finish<T>(work: Promise<T>): Promise<T> {
		let settled = false;
		const settle = () => {
			settled = true;
		};
		work.then(settle, settle);
		await flushPromises();
		for (let count = 0; !settled; count++) {
			const next = this.nextSleeper();
			if (next === null) throw new Error('nothing sleeps, but the work has not settled');
			if (count > MAX_WAKE_UPS) throw new Error('the clock runs in an endless loop');
			await this.wake(next);
		}
		return await work;
	}

	/** The sleeper due first; of equals, the one that started first. */
	private nextSleeper(): Sleeper | null {
		return this.sleepers.reduce<Sleeper | null>(
			(first, sleeper) => (first === null || sleeper.dueAt < first.dueAt ? sleeper : first),
			null,
		);
	}

	private async wake(sleeper: Sleeper): Promise<void> {
		this.elapsedMs = Math.max(this.elapsedMs, sleeper.dueAt - START_MS);
		sleeper.wake();
		await flushPromises();
	}
}
