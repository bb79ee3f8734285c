import type { JsonObject } from '../../task/coerce';
import { saysNotComplete, saysTooOld, saysUnknownTask, saysUpgraded } from '../apiTexts';
import { creation } from './creation';
import type { Creation } from './creation';
import type { Endpoint } from './endpoint';

/** Creates a task that continues a finished one: `body.taskId`. The new task has an ID of its own. */
export function extend(body: JsonObject): Endpoint<Creation> {
	return creation('/api/v1/veo/extend', body);
}

/** Why a task can't be extended. */
export type RefusedOriginal = 'unknown' | 'expired' | 'upgraded' | 'notSucceeded';

/** Returns what the text of a refusal says about the task to extend; null if it says nothing. */
export function parseRefusedOriginal(message: string | null): RefusedOriginal | null {
	if (saysTooOld(message)) return 'expired';
	if (saysNotComplete(message)) return 'notSucceeded';
	if (saysUpgraded(message)) return 'upgraded';
	return saysUnknownTask(message) ? 'unknown' : null;
}
