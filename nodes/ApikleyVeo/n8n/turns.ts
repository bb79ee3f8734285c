/** Runs one piece of work after the other, whether or not the one before has failed. */
export class Turns {
	private last: Promise<unknown> = Promise.resolve();

	async take<T>(work: () => Promise<T>): Promise<T> {
		const turn = this.last.then(work, work);
		this.last = turn;
		return await turn;
	}
}
