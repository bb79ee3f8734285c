import type { TaskResult } from '../../../nodes/ApikleyVeo/output/outcome';
import type { TaskRequest } from '../../../nodes/ApikleyVeo/parameters/taskRequest';
import type { VeoTask } from '../../../nodes/ApikleyVeo/veo/task/task';

type Known = Extract<TaskResult, { kind: 'known' }>;

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

/** The result of a single lookup. */
export function known(task: VeoTask | null, fields: Partial<Known> = {}): Known {
	return {
		kind: 'known',
		task,
		wait: null,
		timedOut: false,
		trouble: null,
		videos: null,
		...fields,
	};
}
