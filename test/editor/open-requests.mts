import type { Page, Request } from 'playwright-core';

/** The requests that a page has sent, and that are not finished yet. */
export class OpenRequests {
	private readonly open = new Set<Request>();
	private onEnd = () => {};

	constructor(page: Page) {
		page.on('request', (request) => this.open.add(request));
		page.on('requestfinished', (request) => this.end(request));
		page.on('requestfailed', (request) => this.end(request));
	}

	/** Resolves when all are finished. */
	async ended(): Promise<void> {
		if (this.open.size > 0) await new Promise<void>((resolve) => (this.onEnd = resolve));
	}

	private end(request: Request): void {
		this.open.delete(request);
		if (this.open.size === 0) this.onEnd();
	}
}
