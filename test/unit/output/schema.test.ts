import trigger from '../../../nodes/ApikleyVeo/__schema__/v1.0.0.json';
import download from '../../../nodes/ApikleyVeo/__schema__/v1.0.0/videoTask/download.json';
import getStatus from '../../../nodes/ApikleyVeo/__schema__/v1.0.0/videoTask/getStatus.json';
import waitUntilComplete from '../../../nodes/ApikleyVeo/__schema__/v1.0.0/videoTask/waitUntilComplete.json';
import { structuredItem } from '../../../nodes/ApikleyVeo/output/structuredItem';
import { parseTask } from '../../../nodes/ApikleyVeo/veo/task/task';
import { EXAMPLE, FAILED, RUNNING } from '../support/records';
import { found } from '../support/requests';

const STATS = { lookups: 3, waitedMs: 20_000 };

function typeOf(value: unknown): string {
	if (value === null) return 'null';
	return Array.isArray(value) ? 'array' : typeof value;
}

/** The editor offers these fields before the node has run. */
describe.each([
	['the trigger', trigger, null],
	['getStatus', getStatus, null],
	['download', download, null],
	['waitUntilComplete', waitUntilComplete, STATS],
])('the fields that the editor offers for %s', (_, { properties }, stats) => {
	test.each([
		['succeeded', EXAMPLE],
		['failed', FAILED],
		['running', RUNNING],
	])('are those of the item of a %s task', (__, record) => {
		const item = structuredItem({ taskId: 'veo_1' }, found(parseTask(record), stats));
		expect(Object.keys(properties)).toEqual(Object.keys(item));
		for (const [key, value] of Object.entries(item)) {
			const { type } = properties[key as keyof typeof properties];
			expect([key, [type].flat()]).toEqual([key, expect.arrayContaining([typeOf(value)])]);
		}
	});
});
