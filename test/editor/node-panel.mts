import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Locator, Page } from 'playwright-core';

import { CredentialForm } from './credential-form.mjs';
import { labelsOf, takeNotification } from './dom.mjs';
import { OutputPane } from './output-pane.mjs';

const POLL_INTERVAL_MS = 50;
const LABELS_TIMEOUT_MS = 60_000;

/** The panel of a node: its parameters and its output. */
export class NodePanel {
	readonly output: OutputPane;

	private constructor(private readonly page: Page) {
		this.output = new OutputPane(page);
	}

	static async shownOn(page: Page): Promise<NodePanel> {
		const panel = new NodePanel(page);
		await panel.parameterList.waitFor();
		return panel;
	}

	/** Waits until these are the labels of the visible parameters, from top to bottom. Returns the labels, also if they never are. */
	async labelsOnce(expected: readonly string[]): Promise<string[]> {
		const deadline = Date.now() + LABELS_TIMEOUT_MS;
		for (;;) {
			const labels = await labelsOf(this.parameterList.locator('label[for]'));
			if (isDeepStrictEqual(labels, expected) || Date.now() > deadline) return labels;
			await sleep(POLL_INTERVAL_MS);
		}
	}

	/** The text in a parameter's field of any kind. */
	async value(name: string): Promise<string> {
		return await this.parameter(name).locator('input').inputValue();
	}

	/** The names of the parameters whose value an AI agent's model decides. */
	async decidedByModel(): Promise<string[]> {
		const fields = this.parameterList.getByTestId('fromAI-override-field');
		await fields.first().waitFor();
		return await fields.evaluateAll((all) =>
			all.map((field) => {
				const text = field.textContent ?? '';
				const label = field.closest('[data-test-id="input-label"]')?.querySelector('label');
				return text.includes('Defined automatically by the model') ? (label?.htmlFor ?? '') : text;
			}),
		);
	}

	async fill(name: string, text: string): Promise<void> {
		await this.parameter(name).locator('input').fill(text);
	}

	/** Pastes into a field of several lines. */
	async paste(name: string, text: string): Promise<void> {
		await this.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
		await this.page.evaluate(async (copied) => await navigator.clipboard.writeText(copied), text);
		const field = this.parameter(name).locator('textarea');
		await field.click();
		await this.page.keyboard.press('ControlOrMeta+V');
	}

	async choose(name: string, choice: string): Promise<void> {
		await this.parameter(name).click();
		await this.menuItem(choice).click();
	}

	/** Toggles a switch. */
	async switch(name: string): Promise<void> {
		// The input itself is hidden
		await this.parameter(name).locator('.el-switch').click();
	}

	/** The options that can be added to the collection whose button is labeled `placeholder`. */
	async addable(placeholder: string): Promise<string[]> {
		await this.collectionButton(placeholder).click();
		await this.menuItems.first().waitFor();
		const names = await this.menuItems.allInnerTexts();
		await this.page.keyboard.press('Escape');
		await this.menuItems.first().waitFor({ state: 'hidden' });
		return names;
	}

	async add(placeholder: string, option: string): Promise<void> {
		await this.collectionButton(placeholder).click();
		await this.menuItem(option).click();
	}

	/** Runs this node, and those before it that have not run yet. Returns n8n's notification. */
	async execute(): Promise<string> {
		await this.executeButton.click();
		return await takeNotification(this.page);
	}

	/** The same, but leaves the notification where it is, and expects a success. */
	async executeToFile(): Promise<void> {
		await this.executeButton.click();
		await this.output.waitForFile();
	}

	/** Opens the form of the selected credential. */
	async openCredential(): Promise<CredentialForm> {
		await this.page.getByTestId('credential-edit-button').click();
		return await CredentialForm.shownOn(this.page);
	}

	/** Opens the form of a new credential. */
	async createCredential(): Promise<CredentialForm> {
		await this.page.getByTestId('node-credentials-select').click();
		await this.page.getByTestId('node-credentials-select-item-new').click();
		return await CredentialForm.shownOn(this.page);
	}

	async close(): Promise<void> {
		await this.page.getByTestId('ndv-close-button').click();
		await this.parameterList.waitFor({ state: 'hidden' });
	}

	private get executeButton(): Locator {
		return this.page.getByTestId('node-execute-button').filter({ visible: true });
	}

	private get parameterList(): Locator {
		return this.page.getByTestId('node-parameters').filter({ visible: true });
	}

	private parameter(name: string): Locator {
		return this.parameterList.getByTestId(`parameter-input-${name}`);
	}

	private collectionButton(placeholder: string): Locator {
		const input = this.page.getByPlaceholder(placeholder, { exact: true });
		return this.parameterList.getByTestId('collection-parameter-add').filter({ has: input });
	}

	/** The items of the open menu. n8n hides closed menus in the page. */
	private get menuItems(): Locator {
		return this.page.getByRole('option').filter({ visible: true });
	}

	private menuItem(name: string): Locator {
		return this.menuItems.getByText(name, { exact: true });
	}
}
