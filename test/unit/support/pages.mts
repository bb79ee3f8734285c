import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { projectRoot } from '../../n8n-harness/system/project-root.mjs';

const FENCE = /^```.*?^```$/gms;

/** A page in Markdown. Code blocks don't count as text. */
export interface Page {
	readonly text: string;
	readonly codeBlocks: readonly string[];
}

/** `file` is relative to the project. */
export function readPage(file: string): Page {
	const source = readFileSync(path.join(projectRoot(), file), 'utf8');
	return { text: source.replace(FENCE, ''), codeBlocks: source.match(FENCE) ?? [] };
}

/** The paths of all pages, relative to the project. */
export function allPages(): string[] {
	const root = projectRoot();
	const inDocs = readdirSync(path.join(root, 'docs'), { recursive: true }).map(
		(name) => `docs/${String(name)}`,
	);
	return [...readdirSync(root), ...inDocs, 'test/README.md'].filter((name) => name.endsWith('.md'));
}

export interface Heading {
	readonly level: number;
	readonly title: string;
}

export function headingsOf({ text }: Page): Heading[] {
	return [...text.matchAll(/^(#+) (.+)$/gm)].map(([, marks = '', title = '']) => ({
		level: marks.length,
		title,
	}));
}

/** What leads to the headings in a link, as GitHub makes it. */
export function anchorsOf(page: Page): string[] {
	return headingsOf(page).map(({ title }) =>
		title
			.toLowerCase()
			.replace(/[^\p{L}\p{N}\s_-]/gu, '')
			.replaceAll(' ', '-'),
	);
}

/** Where the links and pictures of a page lead. */
export function targetsOf({ text }: Page): string[] {
	const links = text.matchAll(/\]\(([^)\s]+)\)|<img src="([^"]+)"/g);
	return [...links].map(([, link, picture]) => link ?? picture ?? '');
}
