import { envelope, type HttpResponse } from '../response.mjs';
import type { SimulatorState } from '../state.mjs';
import type { CreationRequest } from '../tasks.mjs';

/** As in the public documents of the same API under other names; the provider's own documents no format. */
export const GENERATE_PATH = '/api/v1/veo/generate';

/** Creates a task, with the life that is planned for its prompt. */
export function generate(state: SimulatorState, _query: unknown, body: string): HttpResponse {
	const request = parseRequest(body);
	if (!request) return envelope(422, 'Prompt cannot be empty');
	const script = state.created.create(request);
	state.addTask(script);
	return envelope(200, 'success', { taskId: script.taskId });
}

/** Null if it has no prompt. */
function parseRequest(body: string): CreationRequest | null {
	const { prompt, aspectRatio = '16:9', ...params } = parseJson(body);
	if (typeof prompt !== 'string' || prompt.trim() === '') return null;
	return { prompt, aspectRatio: String(aspectRatio), params };
}

function parseJson(body: string): Record<string, unknown> {
	try {
		return (JSON.parse(body) ?? {}) as Record<string, unknown>;
	} catch {
		return {};
	}
}
