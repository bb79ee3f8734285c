import { entryFor } from '../../scripts/release/changelog.mjs';
import { differences, type Tarball } from '../../scripts/release/tarball.mjs';
import { unpinnedActions } from '../../scripts/release/workflows.mjs';

describe('the comparison of two tarballs', () => {
	const tarball = (sha256: string, files: Record<string, string>): Tarball => ({
		sha256,
		files: new Map(Object.entries(files)),
	});
	const one = tarball('1', { 'package.json': 'a', 'dist/x.js': 'b' });

	test.each<[string, Tarball, string[]]>([
		['no difference', one, []],
		['a changed file', tarball('2', { 'package.json': 'a', 'dist/x.js': 'c' }), ['dist/x.js']],
		['a missing file', tarball('2', { 'package.json': 'a' }), ['dist/x.js']],
		[
			'an additional file',
			tarball('2', { 'package.json': 'a', 'dist/x.js': 'b', 'dist/y.js': 'd' }),
			['dist/y.js'],
		],
		[
			'a different archive of the same files',
			tarball('2', Object.fromEntries(one.files)),
			['the archive, but none of its files'],
		],
	])('finds %s', (_, other, expected) => {
		expect(differences(one, other)).toEqual(expected);
	});
});

describe('the changelog entry of a version', () => {
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
		expect(entryFor(changelog, '1.2.0')).toEqual({ date: '2026-02-03' });
	});

	test('may have no date', () => {
		expect(entryFor(changelog, '1.1.0')).toEqual({ date: null });
	});

	test.each(['1.0.0', '1.2', '2.0.0'])('is null if it is empty or missing (%s)', (version) => {
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
	])('%s is not pinned', (action) => {
		expect(unpinnedActions(`steps:\n  - name: x\n    uses: ${action}\n`)).toEqual([action]);
	});
});
