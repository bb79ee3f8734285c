import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';

import { textsOf } from './dom.mjs';

export interface DownloadedFile {
	readonly name: string;
	readonly content: Buffer;
}

/** The right side of a node's panel: the output of its last run. */
export class OutputPane {
	constructor(private readonly page: Page) {}

	/** The names of the outputs with the number of items, e.g. `Failed Branch (2 items)`. */
	async branches(): Promise<string[]> {
		await this.tabs.first().waitFor();
		return await textsOf(this.tabs);
	}

	/** Opens the tab of an output. */
	async openBranch(name: string): Promise<void> {
		await this.tabs.filter({ hasText: name }).click();
	}

	/** The cells of one column of the table, e.g. `taskId`. */
	async column(name: string): Promise<string[]> {
		// n8n shows what it showed last, such as files
		await this.pane.getByTestId('radio-button-table').click();
		const headings = this.table.locator('thead th');
		await headings.first().waitFor();
		const names = await textsOf(headings);
		return await textsOf(this.table.locator(`tbody td:nth-child(${names.indexOf(name) + 1})`));
	}

	/** Waits until the output has a file, which n8n then shows. */
	async waitForFile(): Promise<void> {
		await this.downloadButton.waitFor();
	}

	/** Downloads the file of the first item. */
	async downloadFile(): Promise<DownloadedFile> {
		const download = this.page.waitForEvent('download');
		await this.downloadButton.click();
		const file = await download;
		return { name: file.suggestedFilename(), content: await readFile(await file.path()) };
	}

	/** What the Binary tab says about the files of the first item. */
	async files(): Promise<string> {
		await this.pane.getByTestId('ndv-run-data-display-mode').getByText('Binary').click();
		return await this.pane.getByTestId('ndv-binary-data_0').innerText();
	}

	async hints(): Promise<string[]> {
		const hints = this.pane.getByTestId('node-hint');
		await hints.first().waitFor();
		return await textsOf(hints);
	}

	async error(): Promise<{ message: string; description: string }> {
		const message = await this.pane.getByTestId('node-error-message').innerText();
		const description = await this.pane.getByTestId('node-error-description').innerText();
		return { message, description };
	}

	/** The error's message and description, e.g. for a picture. */
	get errorView(): Locator {
		return this.pane.locator('.node-error-view__header');
	}

	private get downloadButton(): Locator {
		return this.pane.getByTestId('ndv-download-binary-data').first();
	}

	private get pane(): Locator {
		return this.page.getByTestId('output-panel');
	}

	private get tabs(): Locator {
		return this.pane.getByRole('tab');
	}

	private get table(): Locator {
		return this.pane.getByTestId('ndv-data-container').locator('table');
	}
}
