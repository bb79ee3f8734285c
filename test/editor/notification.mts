import type { Page } from 'playwright-core';

/** What n8n says in the corner about an execution, e.g. `Workflow executed successfully`; closes it. */
export async function takeNotification(page: Page): Promise<string> {
	const notification = page.locator('.el-notification').first();
	const text = await notification.innerText();
	await notification.locator('.el-notification__closeBtn').click();
	await notification.waitFor({ state: 'detached' });
	return text;
}
