import trigger from '../../../nodes/ApikleyVeo/__schema__/v1.0.0.json';
import getCredits from '../../../nodes/ApikleyVeo/__schema__/v1.0.0/account/getCredits.json';
import extend from '../../../nodes/ApikleyVeo/__schema__/v1.0.0/video/extend.json';
import generate from '../../../nodes/ApikleyVeo/__schema__/v1.0.0/video/generate.json';
import get1080p from '../../../nodes/ApikleyVeo/__schema__/v1.0.0/video/get1080p.json';
import download from '../../../nodes/ApikleyVeo/__schema__/v1.0.0/videoTask/download.json';
import getStatus from '../../../nodes/ApikleyVeo/__schema__/v1.0.0/videoTask/getStatus.json';
import waitUntilComplete from '../../../nodes/ApikleyVeo/__schema__/v1.0.0/videoTask/waitUntilComplete.json';
import { operations } from '../../../nodes/ApikleyVeo/operations';
import { structuredItem, upgradeItem } from '../../../nodes/ApikleyVeo/output/structuredItem';
import { parseTask } from '../../../nodes/ApikleyVeo/veo/task/task';
import { parseUpgrade } from '../../../nodes/ApikleyVeo/veo/task/upgrade';
import { EXAMPLE, FAILED, RUNNING } from '../support/records';
import { found } from '../support/requests';

/** The editor offers these fields before the node has run. n8n finds them by resource and operation. */
const SCHEMAS = {
	'video/generate': generate,
	'video/extend': extend,
	'video/get1080p': get1080p,
	'videoTask/download': download,
	'videoTask/getStatus': getStatus,
	'videoTask/waitUntilComplete': waitUntilComplete,
	'account/getCredits': getCredits,
};

const STATS = { lookups: 3, waitedMs: 20_000 };

function typeOf(value: unknown): string {
	if (value === null) return 'null';
	return Array.isArray(value) ? 'array' : typeof value;
}

function expectFields({ properties }: { properties: object }, item: object): void {
	const types = Object.entries(properties) as Array<[string, { type: string | string[] }]>;
	expect(types.map(([key]) => key)).toEqual(Object.keys(item));
	for (const [index, value] of Object.values(item).entries()) {
		const [key, { type }] = types[index]!;
		expect([key, [type].flat()]).toEqual([key, expect.arrayContaining([typeOf(value)])]);
	}
}

test('each operation has fields that the editor offers', () => {
	const all = operations.map(({ resource, option }) => `${resource}/${option.value}`);
	expect(Object.keys(SCHEMAS)).toEqual(all);
});

describe.each([
	['Generate without a wait', generate, null],
	['Generate', generate, STATS],
	['Extend without a wait', extend, null],
	['Extend', extend, STATS],
	['the trigger', trigger, null],
	['Get Status', getStatus, null],
	['Download', download, null],
	['Wait Until Complete', waitUntilComplete, STATS],
])('the fields that the editor offers for %s', (_, schema, stats) => {
	test.each([
		['succeeded', EXAMPLE],
		['failed', FAILED],
		['running', RUNNING],
	])('are those of the item of a %s task', (__, record) => {
		expectFields(schema, structuredItem({ taskId: 'veo_1' }, found(parseTask(record), stats)));
	});
});

test.each([
	['ready', { resultUrl: 'https://example.com/1080p.mp4' }, STATS],
	['not ready', {}, null],
])(
	'the fields that the editor offers for Get 1080p are those of a %s version',
	(_, data, stats) => {
		const report = found(parseUpgrade(data), stats);
		expectFields(get1080p, upgradeItem({ taskId: 'veo_1', videoIndex: 0 }, report));
	},
);

test('the field that the editor offers for Get Credits is the number', () => {
	expectFields(getCredits, { credits: 5916.25 });
});
