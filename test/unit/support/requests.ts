import type { Finding } from '../../../nodes/ApikleyVeo/items/outcome';
import type { TaskRequest } from '../../../nodes/ApikleyVeo/settings/request';
import type { VeoTask } from '../../../nodes/ApikleyVeo/veo/task/task';

type Known = Extract<Finding, { kind: 'known' }>;

/** What an item asks for that is left alone. */
export function request(fields: Partial<TaskRequest> = {}): TaskRequest {
	return {
		taskId: 'veo_1',
		wait: null,
		download: null,
		failedTask: 'output',
		output: 'structured',
		...fields,
	};
}

/** What a plain lookup finds. */
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
