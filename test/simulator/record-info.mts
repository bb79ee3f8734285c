import { envelopeAnswer, type Answer } from './answer.mjs';
import type { Endpoint } from './endpoint.mjs';
import type { SimulatorState } from './state.mjs';
import type { UnknownForm } from './task-script.mjs';

/** As in the provider's document, `get-veo3-1-video-details`. */
export const RECORD_INFO_PATH = '/api/v1/veo/record-info';

export const recordInfo: Endpoint = {
	method: 'GET',
	answer: (state, { taskId }) =>
		taskId ? taskAnswer(state, taskId) : unknownTask('', state.settings.unknownAs),
};

function taskAnswer(state: SimulatorState, taskId: string): Answer {
	const lookup = state.tasks.lookUp(taskId, state.now());
	if (lookup.kind === 'unknown') {
		return unknownTask(taskId, lookup.form ?? state.settings.unknownAs);
	}
	const { code, msg, data } = lookup;
	return envelopeAnswer({ code, msg, data });
}

function unknownTask(taskId: string, form: UnknownForm): Answer {
	// Recorded: HTTP 200, {"code":422,"msg":"Record not found for taskId: …","data":null}
	const envelope = (code: number) => ({
		code,
		msg: code === 200 ? 'success' : `Record not found for taskId: ${taskId}`,
		data: null,
	});
	switch (form) {
		case 'code422':
			return envelopeAnswer(envelope(422));
		case 'code404':
			return envelopeAnswer(envelope(404));
		case 'http422':
			return envelopeAnswer(envelope(422), 422);
		case 'http404':
			return envelopeAnswer(envelope(404), 404);
		case 'nullData':
			return envelopeAnswer(envelope(200));
	}
}
