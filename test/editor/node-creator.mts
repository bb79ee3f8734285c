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

	async search(query: string): Promise<void> {
		await this.searchBar.fill(query);
	}

	/** Shows the actions of a node, or adds one that has none, such as Trigger manually. */
	async choose(node: string): Promise<void> {
		await this.item(node).click();
		await this.searchBar.waitFor({ state: 'hidden' });
	}

	/** Selects a node. Returns its actions, e.g. `Get the status of a video task`. */
	async actionsOf(node: string): Promise<string[]> {
		await this.search(node);
		await this.choose(node);
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
