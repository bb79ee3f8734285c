import type { Locator, Page } from 'playwright-core';

import { takeNotification, textsOf } from './dom.mjs';
import { NodeCreator } from './node-creator.mjs';
import { NodePanel } from './node-panel.mjs';
import { OpenRequests } from './open-requests.mjs';

/** In pixels. */
export interface Margins {
	left: number;
	right: number;
	top: number;
	bottom: number;
}

/** An open workflow with its nodes. */
export class Canvas {
	private readonly requests: OpenRequests;

	constructor(private readonly page: Page) {
		this.requests = new OpenRequests(page);
	}

	/** The workflow must have nodes. */
	async waitUntilShown(): Promise<void> {
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	async waitUntilEmpty(): Promise<void> {
		await this.page.getByTestId('canvas-add-button').waitFor();
	}

	/** Deletes all nodes, and imports a file as the entry in the menu does. */
	async importInstead(file: string): Promise<void> {
		// On the background, so that the keys are the canvas's
		await this.page.locator('.vue-flow__pane').click({ position: { x: 5, y: 5 } });
		await this.page.keyboard.press('Control+a');
		await this.page.keyboard.press('Delete');
		await this.waitUntilEmpty();
		// A panel that was open before may have n8n fetch its credentials anew, and until they are there it adds none
		await this.requests.ended();
		await this.page.getByTestId('workflow-import-input').setInputFiles(file);
		await this.waitUntilShown();
	}

	/** Closes n8n's notification. Returns its text, along with that of all others that are shown. */
	async takeNotifications(): Promise<string[]> {
		const first = await takeNotification(this.page);
		return [first, ...(await textsOf(this.page.locator('.el-notification')))];
	}

	/** The names of the nodes that n8n marks with a red triangle, in alphabetical order. */
	async nodesWithIssues(): Promise<string[]> {
		const marked = this.page
			.getByTestId('canvas-node')
			.filter({ has: this.page.getByTestId('node-issues') });
		const names = await marked.evaluateAll((nodes) => nodes.map((node) => node.dataset.nodeName));
		return names.map(String).sort();
	}

	/** The texts of the notes that are higher than their note. */
	async cutOffNotes(): Promise<string[]> {
		return await this.page.getByTestId('sticky').evaluateAll((notes) =>
			notes
				.filter((note) => {
					const lines = [...note.querySelectorAll('h2, h3, p, li')];
					const end = Math.max(...lines.map((line) => line.getBoundingClientRect().bottom));
					return end > note.getBoundingClientRect().bottom;
				})
				.map((note) => note.textContent ?? ''),
		);
	}

	async openNodeCreator(): Promise<NodeCreator> {
		return await this.openNodeCreatorBy('node-creator-plus-button');
	}

	/** Opens the list of triggers of an empty workflow. */
	async addFirstStep(): Promise<NodeCreator> {
		return await this.openNodeCreatorBy('canvas-add-button');
	}

	/** Opens the list of nodes that can follow the last node. */
	async addNextStep(): Promise<NodeCreator> {
		return await this.openNodeCreatorBy('canvas-handle-plus');
	}

	async openNode(name: string): Promise<NodePanel> {
		await this.node(name).dblclick();
		return await NodePanel.shownOn(this.page);
	}

	/** Runs the workflow to its end. Returns n8n's notification. */
	async execute(): Promise<string> {
		await this.page.getByTestId('execute-workflow-button').click();
		return await takeNotification(this.page);
	}

	/** The name of a node and the line below it. */
	async captionOf(name: string): Promise<string[]> {
		const caption = await this.node(name).getByTestId('canvas-default-node').innerText();
		return caption.split('\n').filter((line) => line !== '');
	}

	/** The labels of a node's outputs. */
	async outputsOf(name: string): Promise<string[]> {
		const labels = await textsOf(this.node(name).getByTestId('canvas-node-output-handle'));
		return labels.filter((label) => label !== '');
	}

	/** The label of the connection of two nodes after a run, e.g. `5 items`. */
	async itemsBetween(from: string, to: string): Promise<string> {
		const label = this.page.locator(
			`[data-test-id="edge-label"][data-source-node-name="${from}"][data-target-node-name="${to}"]`,
		);
		return (await label.innerText()).trim();
	}

	/** The file name of a node's icon. Throws an Error if it is not an image. */
	async iconOf(name: string): Promise<string> {
		return await this.node(name)
			.locator('img')
			.evaluate(async (icon: HTMLImageElement) => {
				await icon.decode();
				return icon.src.split('/').at(-1) ?? '';
			});
	}

	/** Zooms so that all nodes and notes are in view. */
	async zoomToFit(): Promise<void> {
		await this.page.getByTestId('zoom-to-fit').click();
		await this.page.mouse.move(0, 0);
	}

	/** Takes a picture of all nodes and notes. */
	async takePicture(file: string, margins: Margins): Promise<void> {
		const nodes = await this.page.locator('.vue-flow__node').all();
		const boxes = (await Promise.all(nodes.map((node) => node.boundingBox()))).filter(
			(box) => box !== null,
		);
		const x = Math.min(...boxes.map((box) => box.x)) - margins.left;
		const y = Math.min(...boxes.map((box) => box.y)) - margins.top;
		const right = Math.max(...boxes.map((box) => box.x + box.width)) + margins.right;
		const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + margins.bottom;
		const clip = { x, y, width: right - x, height: bottom - y };
		await this.page.screenshot({ path: file, clip, animations: 'disabled' });
	}

	private async openNodeCreatorBy(button: string): Promise<NodeCreator> {
		await this.page.getByTestId(button).click();
		const creator = new NodeCreator(this.page);
		await creator.waitUntilShown();
		return creator;
	}

	private node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}
}
