import type { Locator, Page } from 'playwright-core';

import { labelsOf } from './dom.mjs';

/** The form of a credential. */
export class CredentialForm {
	/** The whole form, e.g. for a picture. */
	readonly window: Locator;

	private constructor(page: Page) {
		this.window = page.getByTestId('editCredential-modal');
	}

	static async shownOn(page: Page): Promise<CredentialForm> {
		const form = new CredentialForm(page);
		await form.fields.first().waitFor();
		return form;
	}

	/** The labels of the fields, without the star of required ones. */
	async labels(): Promise<string[]> {
		return await labelsOf(this.fields.locator('label'));
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
