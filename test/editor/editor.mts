import type { Browser, Page } from 'playwright-core';

import { Canvas } from './canvas.mjs';
import { WorkflowList } from './workflow-list.mjs';

/** In pixels. */
interface Size {
	width: number;
	height: number;
}

export interface EditorOptions {
	/** n8n's address, without a slash at the end. */
	url: string;
	/** The login, from `N8nClient.cookieHeader`. */
	cookieHeader: string;
	size?: Size;
	/** Pixels of a picture per pixel of the page, in each direction; default 1. */
	pixelRatio?: number;
}

const LAPTOP = { width: 1280, height: 800 };
/** The first load of the editor takes long on a busy machine. Later ones use the browser's cache. */
const TIMEOUT_MS = 60_000;

/** n8n's editor in one tab of a browser, with its owner logged in. */
export class Editor {
	private constructor(
		readonly page: Page,
		private readonly url: string,
	) {}

	static async open(
		browser: Browser,
		{ url, cookieHeader, size = LAPTOP, pixelRatio = 1 }: EditorOptions,
	): Promise<Editor> {
		const context = await browser.newContext({
			viewport: size,
			deviceScaleFactor: pixelRatio,
			reducedMotion: 'reduce',
		});
		const [name = '', value = ''] = cookieHeader.split('=', 2);
		await context.addCookies([{ name, value, url }]);
		const page = await context.newPage();
		page.setDefaultTimeout(TIMEOUT_MS);
		return new Editor(page, url);
	}

	async openWorkflow(id: string): Promise<Canvas> {
		await this.page.goto(`${this.url}/workflow/${id}`);
		const canvas = new Canvas(this.page);
		await canvas.waitUntilShown();
		return canvas;
	}

	async openWorkflowList(): Promise<WorkflowList> {
		await this.page.goto(`${this.url}/home/workflows`);
		return await WorkflowList.shownOn(this.page);
	}

	async openNewWorkflow(): Promise<Canvas> {
		await this.page.goto(`${this.url}/workflow/new`);
		const canvas = new Canvas(this.page);
		await canvas.waitUntilEmpty();
		return canvas;
	}

	/** n8n follows the system's theme until its user chooses one. */
	async useTheme(theme: 'light' | 'dark'): Promise<void> {
		await this.page.emulateMedia({ colorScheme: theme });
	}

	/** Also moves the mouse away, because it changes how elements look. */
	async resize(size: Size): Promise<void> {
		await this.page.mouse.move(0, 0);
		await this.page.setViewportSize(size);
	}
}
