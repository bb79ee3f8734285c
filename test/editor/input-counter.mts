import type { Page } from 'playwright-core';

interface Counts {
	readonly clicks: number;
	readonly pastes: number;
}

/** Counts how often the mouse is pressed and the clipboard is pasted in a page. A navigation doesn't reset it. */
export class InputCounter {
	private constructor(private readonly page: Page) {}

	/** Counts from the next page on that is opened. */
	static async on(page: Page): Promise<InputCounter> {
		await page.addInitScript(() => {
			for (const type of ['pointerdown', 'paste']) {
				window.addEventListener(
					type,
					({ isTrusted }) => {
						const before = Number(sessionStorage.getItem(type));
						if (isTrusted) sessionStorage.setItem(type, String(before + 1));
					},
					// Before any other listener can stop the event
					true,
				);
			}
		});
		return new InputCounter(page);
	}

	async counts(): Promise<Counts> {
		return await this.page.evaluate(() => ({
			clicks: Number(sessionStorage.getItem('pointerdown')),
			pastes: Number(sessionStorage.getItem('paste')),
		}));
	}
}
