import type { JsonObject } from '../../task/coerce';
import { creation } from './creation';
import type { Creation } from './creation';
import type { Endpoint } from './endpoint';

/** Creates a task from a prompt. `body` by the provider's document; unknown fields are sent on. */
export function generate(body: JsonObject): Endpoint<Creation> {
	return creation('/api/v1/veo/generate', body);
}
