/** Runs one piece of work after the other, whether or not the one before has failed. */
export class Mutex {
	private last: Promise<unknown> = Promise.resolve();

	async runExclusive<T>(work: () => Promise<T>): Promise<T> {
		const run = this.last.then(work, work);
		this.last = run;
		return await run;
	}
}
