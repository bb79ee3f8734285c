import type { Locator, Page } from 'playwright-core';

/** The form of a credential. */
export class CredentialForm {
	/** The whole form, e.g. for a picture. */
	readonly window: Locator;

	constructor(page: Page) {
		this.window = page.getByTestId('editCredential-modal');
	}

	async waitUntilShown(): Promise<void> {
		await this.fields.first().waitFor();
	}

	/** The labels of the fields, without the star of required ones. */
	async labels(): Promise<string[]> {
		const labels = this.fields.locator('label').filter({ visible: true });
		return await labels.evaluateAll((all) =>
			all.map((label) => label.querySelector('span')?.textContent?.replace('*', '').trim() ?? ''),
		);
	}

	async value(name: string): Promise<string> {
		return await this.field(name).inputValue();
	}

	/** Whether the value is hidden. */
	async isMasked(name: string): Promise<boolean> {
		return (await this.field(name).getAttribute('type')) === 'password';
	}

	async fill(name: string, text: string): Promise<void> {
		await this.field(name).fill(text);
	}

	/** Resolves when n8n says that the key works. */
	async waitUntilTested(): Promise<void> {
		await this.window.getByTestId('credentials-config-container-test-success').waitFor();
	}

	/** Closes the form without saving. */
	async close(): Promise<void> {
		await this.window.getByLabel('Close this dialog').click();
		await this.window.waitFor({ state: 'hidden' });
	}

	private get fields(): Locator {
		return this.window.getByTestId('credential-connection-parameter');
	}

	private field(name: string): Locator {
		return this.window.getByTestId(`parameter-input-${name}`).locator('input');
	}
}
