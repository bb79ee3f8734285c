import type { Locator, Page } from 'playwright-core';

/** Closes n8n's notification about an execution, and returns its text, e.g. `Workflow executed successfully`. */
export async function takeNotification(page: Page): Promise<string> {
	const notification = page.locator('.el-notification').first();
	const text = await notification.innerText();
	await notification.locator('.el-notification__closeBtn').click();
	await notification.waitFor({ state: 'detached' });
	return text;
}

export async function textsOf(elements: Locator): Promise<string[]> {
	return (await elements.allInnerTexts()).map((text) => text.trim());
}

/** The texts of the visible labels of fields, without the star of required ones. */
export async function labelsOf(labels: Locator): Promise<string[]> {
	return await labels
		.filter({ visible: true })
		.evaluateAll((all) =>
			all.map((label) => label.querySelector('span')?.textContent?.replace('*', '').trim() ?? ''),
		);
}
