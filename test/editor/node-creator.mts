import type { Locator, Page } from 'playwright-core';

import { NodePanel } from './node-panel.mjs';

/** n8n searches while one types; what it has not found by then it will not find. */
const SEARCH_MS = 5_000;

/** The list from which nodes are added. */
export class NodeCreator {
	constructor(private readonly page: Page) {}

	async waitUntilShown(): Promise<void> {
		await this.searchBar.waitFor();
	}

	/** Whether a node is among what the search finds. */
	async offers(query: string, node: string): Promise<boolean> {
		// Else what the last search found could be taken for it
		await this.searchBar.fill('');
		await this.item(node).waitFor({ state: 'hidden' });
		await this.searchBar.fill(query);
		return await this.item(node)
			.waitFor({ timeout: SEARCH_MS })
			.then(
				() => true,
				() => false,
			);
	}

	/** What n8n offers to do with a node, e.g. `Get the status of a video task`. */
	async actionsOf(node: string): Promise<string[]> {
		await this.searchBar.fill(node);
		await this.item(node).click();
		await this.searchBar.waitFor({ state: 'hidden' });
		return await this.page.getByTestId('node-creator-item-name').allInnerTexts();
	}

	/** Adds the node for an action that is shown; n8n opens its panel. */
	async add(action: string): Promise<NodePanel> {
		await this.item(action).click();
		const panel = new NodePanel(this.page);
		await panel.waitUntilShown();
		return panel;
	}

	private get searchBar(): Locator {
		return this.page.getByTestId('node-creator-search-bar');
	}

	private item(name: string): Locator {
		const names = this.page.getByTestId('node-creator-item-name');
		return names.getByText(name, { exact: true }).first();
	}
}
