import { videoUrl } from '../video-files.mjs';
import { refusal, reply, type Endpoint } from './endpoint.mjs';

export const GET_1080P_PATH = '/api/v1/veo/get-1080p-video';

/** Returns the 1080p video of a task: at once, after some requests, or never. */
export const get1080p: Endpoint = {
	method: 'GET',
	ledger: 'upgrade',
	respond(state, { query }) {
		const taskId = query.get('taskId');
		const task = state.tasks.get(taskId ?? '');
		if (!task) return refusal(state, 422, `Record not found for taskId: ${taskId}`);
		const ending = task.ending(state.now());
		if (ending?.kind !== 'succeeded') return refusal(state, 422, 'record status is not success.');
		if (ending.model === 'fallback') {
			return refusal(state, 422, 'Made by the fallback model: it cannot be upgraded.');
		}
		if (task.upgradeRequests++ < (task.script.upgradeNotReadyFor ?? 0)) {
			return refusal(state, 422, '1080p is processing. Please check back shortly.');
		}
		const resultUrl = videoUrl(state.videoBaseUrl, task.script.taskId, '1080p-1');
		return reply(200, 'success', { resultUrl });
	},
};
