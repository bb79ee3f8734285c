import { envelope, type HttpResponse } from '../response.mjs';
import type { SimulatorState } from '../state.mjs';
import { videoUrl } from '../video-files.mjs';

/** As in the public documents of the same API under other names; the provider's own documents no format. */
export const GET_1080P_PATH = '/api/v1/veo/get-1080p-video';

/** Returns the 1080p video of a task: at once, after some requests, or never. */
export function get1080p(state: SimulatorState, query: URLSearchParams): HttpResponse {
	const taskId = query.get('taskId');
	const task = state.tasks.get(taskId ?? '');
	if (!task) return envelope(422, `Record not found for taskId: ${taskId}`);
	const ending = task.ending(state.now());
	if (ending?.kind !== 'succeeded') return envelope(422, 'record status is not success.');
	if (ending.model === 'fallback') {
		return envelope(422, 'Made by the fallback model: it cannot be upgraded.');
	}
	if (task.upgradeRequests++ < (task.script.upgradeNotReadyFor ?? 0)) {
		return envelope(422, '1080p is processing. Please check back shortly.');
	}
	const resultUrl = videoUrl(state.videoBaseUrl, task.script.taskId, '1080p-1');
	return envelope(200, 'success', { resultUrl });
}
