import type { Locator, Page } from 'playwright-core';

import { NodePanel } from './node-panel.mjs';

/** The list of nodes that can be added. */
export class NodeCreator {
	constructor(private readonly page: Page) {}

	async waitUntilShown(): Promise<void> {
		await this.searchBar.waitFor();
	}

	/** Resolves when a search has found the node. */
	async find(query: string, node: string): Promise<void> {
		// First clears what the last search found
		await this.searchBar.fill('');
		await this.item(node).waitFor({ state: 'hidden' });
		await this.searchBar.fill(query);
		await this.item(node).waitFor();
	}

	/** Selects a node. Returns its actions, e.g. `Get the status of a video task`. */
	async actionsOf(node: string): Promise<string[]> {
		await this.searchBar.fill(node);
		await this.item(node).click();
		await this.searchBar.waitFor({ state: 'hidden' });
		return await this.page.getByTestId('node-creator-item-name').allInnerTexts();
	}

	/** Adds a node by one of the listed actions. n8n opens its panel. */
	async add(action: string): Promise<NodePanel> {
		await this.item(action).click();
		return await NodePanel.shownOn(this.page);
	}

	private get searchBar(): Locator {
		return this.page.getByTestId('node-creator-search-bar');
	}

	private item(name: string): Locator {
		const names = this.page.getByTestId('node-creator-item-name');
		return names.getByText(name, { exact: true }).first();
	}
}
