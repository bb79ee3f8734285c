import type { IDataObject } from 'n8n-workflow';

import { toText } from '../veo/task/coerce';
import type { JsonObject } from '../veo/task/coerce';

/** The API's object, untouched unless it doesn't say which task it is about. */
export function rawItem(taskId: string, raw: JsonObject): IDataObject {
	const { taskId: own, ...rest } = raw;
	const hasId = toText(own) !== null || typeof own === 'number';
	return (hasId ? raw : { taskId, ...rest }) as IDataObject;
}
