import type { Page } from 'playwright-core';

import { Canvas } from './canvas.mjs';

/** n8n's start page, with all workflows. */
export class WorkflowList {
	private constructor(private readonly page: Page) {}

	static async shownOn(page: Page): Promise<WorkflowList> {
		await page.getByTestId('add-resource-workflow').waitFor();
		return new WorkflowList(page);
	}

	/** Creates an empty workflow. */
	async createWorkflow(): Promise<Canvas> {
		await this.page.getByTestId('add-resource-workflow').click();
		return new Canvas(this.page);
	}
}
