import { operations } from '../../nodes/ApikleyVeo/operations';
import type { Operation } from '../../nodes/ApikleyVeo/operations/operation';
import type { TaskReport } from '../../nodes/ApikleyVeo/output/outcome';
import { structuredItem, upgradeItem } from '../../nodes/ApikleyVeo/output/structuredItem';
import { parseTask } from '../../nodes/ApikleyVeo/veo/task/task';
import { parseUpgrade } from '../../nodes/ApikleyVeo/veo/task/upgrade';
import { schemaOf } from './schema-of';

/** The folder is named after the version of the nodes. */
export const FOLDER = 'nodes/ApikleyVeo/__schema__';
const VERSION = 'v1.0.0';

type Stats = TaskReport['stats'];

const WAITED: Stats = { lookups: 3, waitedMs: 20_000 };

/** Between them, each value is known once and unknown once, if it can be unknown. */
const RECORDS = [
	{
		paramJson: '{"prompt":"A paper boat","aspectRatio":"16:9"}',
		createTime: '2025-06-06 10:25:00',
		completeTime: '2025-06-06 10:30:00',
		response: {
			resultUrls: ['https://example.com/video.mp4'],
			originUrls: ['https://example.com/original.mp4'],
			fullResultUrls: ['https://example.com/full.mp4'],
			resolution: '720p',
		},
		successFlag: 1,
		fallbackFlag: false,
	},
	{ successFlag: 2, errorCode: 400, errorMessage: 'Rejected' },
	{},
];

/** Returns the text of each file, by its path: what the editor offers as fields before a node has run. */
export function schemaFiles(): Record<string, string> {
	// n8n looks for the trigger, which has no resource, here
	const files: Array<[string, readonly object[]]> = [[VERSION, taskItems([null])]];
	for (const operation of operations) {
		const { resource, option } = operation;
		files.push([`${VERSION}/${resource}/${option.value}`, itemsOf(operation)]);
	}
	return Object.fromEntries(
		files.map(([name, items]) => {
			const schema = { ...schemaOf(items), version: 1 };
			return [`${FOLDER}/${name}.json`, JSON.stringify(schema, null, '\t')];
		}),
	);
}

/** Returns sample items of an operation. */
function itemsOf({ gets, fields, waits }: Operation): object[] {
	if (gets === 'credits') return [{ credits: 5916.25 }];
	const stats = { never: [null], always: [WAITED], optionally: [WAITED, null] }[waits];
	return fields.includes('videoIndex') ? upgradeItems(stats) : taskItems(stats);
}

function taskItems(allStats: readonly Stats[]): object[] {
	return allStats.flatMap((stats) =>
		RECORDS.map((record) =>
			structuredItem({ taskId: 'veo_1' }, { kind: 'found', value: parseTask(record), stats }),
		),
	);
}

function upgradeItems(allStats: readonly Stats[]): object[] {
	return allStats.flatMap((stats) =>
		[{ resultUrl: 'https://example.com/1080p.mp4' }, {}].map((data) =>
			upgradeItem(
				{ taskId: 'veo_1', videoIndex: 0 },
				{ kind: 'found', value: parseUpgrade(data), stats },
			),
		),
	);
}
