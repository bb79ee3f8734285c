import type { Editor } from './editor.mjs';
import { InputCounter } from './input-counter.mjs';
import type { DownloadedFile } from './output-pane.mjs';

const STEPS = ['trigger', 'node', 'prompt', 'file'] as const;

export type Step = (typeof STEPS)[number];

export interface FirstVideo {
	readonly file: DownloadedFile;
	readonly clicks: number;
	readonly pastes: number;
}

/**
 * What the README calls "Your first video in five steps", from n8n's start page to the downloaded file, with a credential
 * that exists. `onStep` is called when a step is done, e.g. for a picture.
 */
export async function makeFirstVideo(
	editor: Editor,
	prompt: string,
	onStep: (step: Step) => Promise<void> = async () => undefined,
): Promise<FirstVideo> {
	const counter = await InputCounter.on(editor.page);
	const workflows = await editor.openWorkflowList();

	const canvas = await workflows.createWorkflow();
	const triggers = await canvas.addFirstStep();
	await triggers.choose('Trigger manually');
	await onStep('trigger');

	const creator = await canvas.addNextStep();
	await creator.search('veo');
	await creator.choose('Apikley Veo');
	await onStep('node');

	const panel = await creator.add('Generate a video');
	await panel.paste('prompt', prompt);
	await onStep('prompt');

	await panel.executeToFile();
	await onStep('file');

	const file = await panel.output.downloadFile();
	return { file, ...(await counter.counts()) };
}
