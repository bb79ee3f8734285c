import { envelope, type HttpResponse } from '../response.mjs';
import type { UnknownForm } from '../task-script.mjs';
import { reply, type Endpoint } from './endpoint.mjs';

/** As in the provider's document, `get-veo3-1-video-details`. */
export const RECORD_INFO_PATH = '/api/v1/veo/record-info';

export const recordInfo: Endpoint = {
	method: 'GET',
	respond(state, { query }) {
		const taskId = query.get('taskId') ?? '';
		const task = state.tasks.get(taskId);
		const lookup = task?.lookUp(state.now(), state.videoBaseUrl);
		// Some tasks start, or end, by being looked up
		if (task) state.callbacks.schedule(task);
		return lookup
			? reply(lookup.code, lookup.msg, lookup.data)
			: { response: unknownTask(taskId, state.settings.unknownAs) };
	},
};

function unknownTask(taskId: string, form: UnknownForm): HttpResponse {
	// Recorded: HTTP 200, {"code":422,"msg":"Record not found for taskId: …","data":null}
	const notFound = `Record not found for taskId: ${taskId}`;
	switch (form) {
		case 'code422':
			return envelope(422, notFound);
		case 'code404':
			return envelope(404, notFound);
		case 'http422':
			return envelope(422, notFound, null, 422);
		case 'http404':
			return envelope(404, notFound, null, 404);
		case 'nullData':
			return envelope(200, 'success');
	}
}
