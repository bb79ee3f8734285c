/** Whatever users have saved with a released version goes on working: see CONTRIBUTING.md on breaking changes. */
import { ApikleyApi } from '../../credentials/ApikleyApi.credentials';
import { ApikleyVeo } from '../../nodes/ApikleyVeo/ApikleyVeo.node';
import { panelOf, versionsOf, type Parameters } from '../released/panel.mjs';
import { readReleases } from '../released/releases.mjs';

const releases = readReleases();
const node = new ApikleyVeo();
const credential = new ApikleyApi();

/** As released; there may be more parameters, and more to choose from. */
function asReleased(released: Parameters): unknown {
	const all = Object.entries(released).map(([name, { values, ...parameter }]) => [
		name,
		values ? { ...parameter, values: expect.arrayContaining([...values]) } : parameter,
	]);
	return expect.objectContaining(Object.fromEntries(all) as Record<string, unknown>);
}

test('there is something to compare with', () => {
	expect(releases.length).toBeGreaterThan(0);
});

describe.each(releases)('what was saved with $version', ({ panel }) => {
	const today = panelOf(node, credential, panel.nodeVersion);

	test('is of a version of the node that n8n can still run', () => {
		expect(versionsOf(node)).toContain(panel.nodeVersion);
	});

	test('finds each parameter of the node as it was', () => {
		expect(Object.keys(panel.node)).toContain('polling.interval');
		expect(today.node).toEqual(asReleased(panel.node));
	});

	test('finds each field of the credential as it was', () => {
		expect(Object.keys(panel.credential)).toEqual(expect.arrayContaining(['apiKey', 'baseUrl']));
		expect(today.credential).toEqual(asReleased(panel.credential));
	});
});
