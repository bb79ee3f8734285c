/** What users have saved with a released version keeps working: see CONTRIBUTING.md on breaking changes. */
import { ApikleyApi } from '../../credentials/ApikleyApi.credentials';
import { ApikleyVeo } from '../../nodes/ApikleyVeo/ApikleyVeo.node';
import { ApikleyVeoTrigger } from '../../nodes/ApikleyVeo/ApikleyVeoTrigger.node';
import { panelOf, versionsOf, type Parameters } from '../released/panel.mjs';
import { readReleases } from '../released/releases.mjs';

const releases = readReleases();
const node = new ApikleyVeo();
const trigger = new ApikleyVeoTrigger();
const credential = new ApikleyApi();

/** Matches what was released, even with more parameters or more values to choose from. */
function asReleased(released: Parameters): unknown {
	const all = Object.entries(released).map(([name, { values, ...parameter }]) => [
		name,
		values ? { ...parameter, values: expect.arrayContaining([...values]) } : parameter,
	]);
	return expect.objectContaining(Object.fromEntries(all) as Record<string, unknown>);
}

test('there is a release to compare with', () => {
	expect(releases.length).toBeGreaterThan(0);
});

describe.each(releases)('a workflow saved with $version', ({ panel }) => {
	const today = panelOf(node, trigger, credential, panel.nodeVersion);

	test('has a version of the node that n8n can still run', () => {
		expect(versionsOf(node)).toContain(panel.nodeVersion);
	});

	test.each(Object.entries(panel.node))(
		'finds each parameter of %s unchanged',
		(operation, node) => {
			expect(Object.keys(node)).toContain('operation');
			expect(today.node[operation]).toEqual(asReleased(node));
		},
	);

	test('finds each parameter of the trigger unchanged', () => {
		expect(Object.keys(panel.trigger)).toEqual(expect.arrayContaining(['events', 'output']));
		expect(today.trigger).toEqual(asReleased(panel.trigger));
	});

	test('finds each field of the credential unchanged', () => {
		expect(Object.keys(panel.credential)).toEqual(expect.arrayContaining(['apiKey', 'baseUrl']));
		expect(today.credential).toEqual(asReleased(panel.credential));
	});
});
