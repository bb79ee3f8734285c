/** At most so many requests within any second. */
export class RateLimit {
	/** Epoch milliseconds of the requests let through in the last second. */
	private passed: number[] = [];

	/** False when the request at `now` is one too many; it does not count then. */
	allows(requestsPerSecond: number, now: number): boolean {
		this.passed = this.passed.filter((time) => now - time < 1000);
		if (this.passed.length >= requestsPerSecond) return false;
		this.passed.push(now);
		return true;
	}

	clear(): void {
		this.passed = [];
	}
}
