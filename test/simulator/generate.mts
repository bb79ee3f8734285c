import { envelopeAnswer } from './answer.mjs';
import type { Order } from './creations.mjs';
import type { Endpoint } from './endpoint.mjs';
import { isPlainObject } from './overrides.mjs';

/** As in the public documents of the same API under other names; the provider's own names no form. */
export const GENERATE_PATH = '/api/v1/veo/generate';

/** Creates a task, with the life that is planned for its prompt. */
export const generate: Endpoint = {
	method: 'POST',
	answer(state, { body }) {
		const order = orderFrom(body);
		if (order === null) {
			return envelopeAnswer({ code: 422, msg: 'Prompt cannot be empty', data: null });
		}
		const script = state.creations.create(order);
		state.addTask(script);
		return envelopeAnswer({ code: 200, msg: 'success', data: { taskId: script.taskId } });
	},
};

/** Null when it has no prompt. */
function orderFrom(body: string): Order | null {
	const asked = parsed(body);
	if (!isPlainObject(asked)) return null;
	const { prompt, aspectRatio = '16:9', ...params } = asked;
	if (typeof prompt !== 'string' || prompt.trim() === '') return null;
	return { prompt, aspectRatio: String(aspectRatio), params };
}

function parsed(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		return null;
	}
}
