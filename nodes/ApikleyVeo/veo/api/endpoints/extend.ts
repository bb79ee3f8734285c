import type { JsonObject } from '../../task/coerce';
import { creation } from './creation';
import type { Creation } from './creation';
import type { Endpoint } from './endpoint';

/** Creates a task that continues a finished one: `body.taskId`. The new task has an ID of its own. */
export function extend(body: JsonObject): Endpoint<Creation> {
	return creation('/api/v1/veo/extend', body);
}
