import type { LookupReport } from '../../../nodes/ApikleyVeo/output/outcome';
import type { WaitRequest } from '../../../nodes/ApikleyVeo/parameters/polling';
import type { TaskRequest } from '../../../nodes/ApikleyVeo/parameters/taskRequest';
import type { WaitStats } from '../../../nodes/ApikleyVeo/veo/polling/waitFor';
import type { VeoTask } from '../../../nodes/ApikleyVeo/veo/task/task';
import { schedule } from './schedule';
import type { ScheduleOptions } from './schedule';

/** The request of an item with default parameters. */
export function request(fields: Partial<TaskRequest> = {}): TaskRequest {
	return {
		taskId: 'veo_1',
		wait: null,
		download: null,
		onTaskFailed: 'output',
		output: 'structured',
		...fields,
	};
}

export function waitRequest(
	onTimeout: WaitRequest['onTimeout'] = 'error',
	options: ScheduleOptions = {},
): WaitRequest {
	return { schedule: schedule(options), onTimeout };
}

/** The result of a single lookup or, with `stats`, of a wait. */
export function found(value: VeoTask, stats: WaitStats | null = null): LookupReport {
	return { kind: 'found', value, stats };
}

export function timedOut(lastValue: VeoTask | null): LookupReport {
	return { kind: 'timedOut', lastValue, lastError: null, stats: { lookups: 4, waitedMs: 25_000 } };
}
