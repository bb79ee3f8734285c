import type { Page } from 'playwright-core';

/** Closes n8n's notification about an execution, and returns its text, e.g. `Workflow executed successfully`. */
export async function takeNotification(page: Page): Promise<string> {
	const notification = page.locator('.el-notification').first();
	const text = await notification.innerText();
	await notification.locator('.el-notification__closeBtn').click();
	await notification.waitFor({ state: 'detached' });
	return text;
}
