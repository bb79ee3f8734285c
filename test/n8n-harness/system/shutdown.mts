/** Stops everything that was started, in reverse order. */
export class Shutdown {
	/** Once true, nothing new needs to be started or reported. */
	hasBegun = false;
	private readonly steps: Array<() => Promise<void>> = [];

	register(stop: () => Promise<void>): void {
		this.steps.push(stop);
	}

	/** Runs all steps, also after one of them has failed. */
	async run(): Promise<void> {
		this.hasBegun = true;
		for (const step of this.steps.splice(0).reverse()) {
			await step().catch((error: unknown) => console.error(error));
		}
	}
}
