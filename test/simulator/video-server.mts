import type { RequestListener } from 'node:http';

import { envelopeAnswer, type Answer } from './answer.mjs';
import { applyFault } from './apply-fault.mjs';
import { deliver } from './deliver.mjs';
import { deliveryOf } from './delivery.mjs';
import { Exchange } from './exchange.mjs';
import { requestUrl } from './request-url.mjs';
import type { SimulatorState } from './state.mjs';
import { videoFile } from './video-files.mjs';
import { parseVideoPath, type VideoName } from './video-urls.mjs';

/**
 * Plays the host of the video links, which is another origin than the API and gets no key. Any path of the form
 * `/videos/<taskId>/<name>.mp4` has a video.
 */
export function videoListener(state: SimulatorState): RequestListener {
	return (request, response) => {
		const { pathname } = requestUrl(request);
		const video = parseVideoPath(pathname);
		const taskId = video?.taskId ?? null;
		const exchange = new Exchange(request, response, state.logs.videos, taskId, state.closed);
		void deliver(() => {
			const normal = deliveryOf(normalAnswer(state, video), true);
			return applyFault(normal, state.faults.videos.take(pathname), state.now());
		}, exchange);
	};
}

function normalAnswer(state: SimulatorState, video: VideoName | null): Answer {
	if (!video) return envelopeAnswer({ code: 404, msg: 'No such video', data: null }, 404);
	const isPortrait = state.tasks.script(video.taskId)?.aspectRatio === '9:16';
	// The model makes 16:9; what it made first is the origin
	const orientation = isPortrait && video.prefix !== 'origin-' ? 'portrait' : 'landscape';
	return { status: 200, headers: { 'content-type': 'video/mp4' }, body: videoFile(orientation) };
}
