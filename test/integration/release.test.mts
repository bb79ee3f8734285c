import path from 'node:path';

import { entryFor } from '../../scripts/release/changelog.mjs';
import { differences, type Tarball } from '../../scripts/release/tarball.mjs';
import { unpinnedActions } from '../../scripts/release/workflows.mjs';
import { runCommand } from '../n8n-harness/system/command.mjs';

jest.setTimeout(300_000);

/** Without lint and tests, which run this test. */
test('a dry run finds nothing that would stop a release, two builds give the same tarball, nothing is tagged', async () => {
	const cwd = path.resolve('.');
	const tags = async () => await runCommand('git', ['tag'], { cwd }).catch(() => 'no git here');
	const before = await tags();
	const args = ['--import', 'tsx', 'scripts/release/main.mts', '--dry-run', '--quick'];
	const said = await runCommand(process.execPath, args, { cwd });
	expect(said).toMatch(/No runtime dependency: yes\n/);
	expect(said).toMatch(/Workflows use actions by their commit: yes\n/);
	expect(said).toMatch(/No known vulnerability in what is shipped: (yes|not checked, .+)\n/);
	expect(said).toMatch(/the same tarball: SHA-256 [0-9a-f]{64}, \d+ files\n/);
	expect(said).toMatch(/A dry run: v\S+ is neither tagged nor published/);
	expect(await tags()).toBe(before);
});

describe('two tarballs', () => {
	const tarball = (sha256: string, files: Record<string, string>): Tarball => ({
		sha256,
		files: new Map(Object.entries(files)),
	});
	const one = tarball('1', { 'package.json': 'a', 'dist/x.js': 'b' });

	test.each<[string, Tarball, string[]]>([
		['the same', one, []],
		['another file', tarball('2', { 'package.json': 'a', 'dist/x.js': 'c' }), ['dist/x.js']],
		['a file less', tarball('2', { 'package.json': 'a' }), ['dist/x.js']],
		[
			'a file more',
			tarball('2', { 'package.json': 'a', 'dist/x.js': 'b', 'dist/y.js': 'd' }),
			['dist/y.js'],
		],
		[
			'packed otherwise',
			tarball('2', Object.fromEntries(one.files)),
			['the archive, but none of its files'],
		],
	])('%s', (_, other, expected) => {
		expect(differences(one, other)).toEqual(expected);
	});
});

describe('the entry of a version in the changelog', () => {
	const changelog = `# Changelog

## Unreleased

- Something

## 1.2.0 - 2026-02-03

### Added

- More

## 1.1.0

- Something

## 1.0.0 - 2026-01-01
`;

	test('has a date and a text', () => {
		expect(entryFor(changelog, '1.2.0')).toEqual({
			date: '2026-02-03',
			text: '### Added\n\n- More',
		});
	});

	test('without a date', () => {
		expect(entryFor(changelog, '1.1.0')).toEqual({ date: null, text: '- Something' });
	});

	test.each(['1.0.0', '1.2', '2.0.0'])('%s: there is none', (version) => {
		expect(entryFor(changelog, version)).toBeNull();
	});
});

describe('an action in a workflow', () => {
	const commit = '34e114876b0b11c390a56381ad16ebd13914f8d5';

	test.each([`actions/checkout@${commit} # v4.3.1`, './.github/actions/own'])(
		'%s is pinned',
		(action) => {
			expect(unpinnedActions(`steps:\n  - uses: ${action}\n`)).toEqual([]);
		},
	);

	test.each([
		'actions/checkout@v4',
		'actions/checkout@main',
		`actions/checkout@${commit}`,
		`actions/checkout@${commit.slice(0, 7)} # v4.3.1`,
	])('%s is not', (action) => {
		expect(unpinnedActions(`steps:\n  - name: x\n    uses: ${action}\n`)).toEqual([action]);
	});
});
