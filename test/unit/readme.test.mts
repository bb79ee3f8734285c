import { anchorsOf, headingsOf, readPage, targetsOf, type Page } from './support/pages.mjs';

const english = readPage('README.md');
const russian = readPage('README.ru.md');

/** The number of the heading that a link within the page leads to, which is the same in both languages. */
function comparableTargets(page: Page): string[] {
	const anchors = anchorsOf(page).map((anchor) => `#${anchor}`);
	return targetsOf(page).map((target) =>
		target.startsWith('#') ? `heading ${anchors.indexOf(target)}` : target,
	);
}

const codeIn = (text: string) => text.match(/`[^`]+`/g) ?? [];

/** The code in each row of each table. */
const tableRowsOf = ({ text }: Page) =>
	text.split('\n').flatMap((line, index, lines) => {
		if (!line.startsWith('|')) return [];
		const isFirst = lines[index - 1]?.startsWith('|') !== true;
		return [{ isFirst, cells: line.split('|').length, code: codeIn(line) }];
	});

const boldIn = ({ text }: Page) =>
	(text.match(/\*\*[^*]+\*\*/g) ?? []).map((each) => each.replaceAll('\n', ' '));

/** Names in n8n are not translated. */
const isUntranslated = (text: string) => !/\p{Script=Cyrillic}/u.test(text);

test('the README has the same headings in both languages', () => {
	const levels = (page: Page) => headingsOf(page).map(({ level }) => level);
	expect(levels(russian)).toEqual(levels(english));
});

test('its links lead to the same places in both languages', () => {
	const [toRussian, ...targets] = comparableTargets(english);
	const [toEnglish, ...translated] = comparableTargets(russian);
	expect([toRussian, toEnglish]).toEqual(['README.ru.md', 'README.md']);
	expect(translated.sort()).toEqual(targets.sort());
	expect(targets).not.toContain('heading -1');
});

test('its contents list has every heading, in both languages', () => {
	for (const page of [english, russian]) {
		const sections = headingsOf(page).filter(({ level }) => level === 2);
		const listed = [...page.text.matchAll(/^- \[([^\]]+)\]\(#/gm)].map(([, title]) => title);
		expect(listed).toEqual(sections.map(({ title }) => title));
	}
});

test('its tables have the same rows and the same code in both languages', () => {
	expect(tableRowsOf(russian)).toEqual(tableRowsOf(english));
});

test('its code blocks are the same in both languages', () => {
	expect(russian.codeBlocks).toEqual(english.codeBlocks);
});

test('it names the same code, buttons and fields in both languages', () => {
	const code = (page: Page) => [...new Set(codeIn(page.text))].sort();
	// Only the Russian page says that this folder is in English
	expect(code(russian).filter((each) => each !== '`docs/`')).toEqual(code(english));
	expect(boldIn(russian)).toHaveLength(boldIn(english).length);
	expect(boldIn(english)).toEqual(expect.arrayContaining(boldIn(russian).filter(isUntranslated)));
});
