import { envelopeAnswer } from './answer.mjs';
import type { Endpoint } from './endpoint.mjs';
import { videoUrl } from './video-urls.mjs';

/** As in the public documents of the same API under other names; the provider's own names no form. */
export const UPGRADE_PATH = '/api/v1/veo/get-1080p-video';

/** Gives the 1080p video of a task: at once, after some requests, or never. */
export const upgrade: Endpoint = {
	method: 'GET',
	answer(state, { taskId }) {
		const script = taskId ? state.tasks.script(taskId) : undefined;
		if (!script) return refused(`Record not found for taskId: ${taskId}`);
		const outcome = state.upgrades.ask(script, state.tasks.ending(script.taskId, state.now()));
		switch (outcome.kind) {
			case 'refused':
				return refused(outcome.why);
			case 'notReady':
				return refused('1080p is processing. Please check back shortly.');
			case 'ready': {
				const resultUrl = videoUrl(state.videoBaseUrl, script.taskId, '1080p-1');
				return envelopeAnswer({ code: 200, msg: 'success', data: { resultUrl } });
			}
		}
	},
};

function refused(msg: string) {
	return envelopeAnswer({ code: 422, msg, data: null });
}
