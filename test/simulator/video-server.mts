import type { RequestListener } from 'node:http';

import { deliver, Exchange, plainDelivery } from './delivery.mjs';
import { applyFault } from './faults.mjs';
import { requestUrl } from './request-url.mjs';
import { envelope, toContent, type HttpResponse } from './response.mjs';
import type { SimulatorState } from './state.mjs';
import { bytesOfVideo, parseVideoPath, type VideoName } from './video-files.mjs';

/**
 * Plays the host of the video links, which is another origin than the API and gets no key. Any path of the form
 * `/videos/<taskId>/<name>.mp4` has a video. The uploaded files are there too.
 */
export function videoListener(state: SimulatorState): RequestListener {
	return (request, response) => {
		const { pathname } = requestUrl(request);
		const video = parseVideoPath(pathname);
		const taskId = video?.taskId ?? null;
		const log = state.logs.videos;
		const exchange = new Exchange(request, response, log, taskId, state.closing.signal);
		void deliver(exchange, () => {
			const file = video ? videoResponse(state, video) : uploadedFile(state, pathname);
			const normal = { ...plainDelivery(file), acceptRanges: true };
			const fault = state.faults.videos.take(pathname);
			exchange.fault = fault.kind;
			return applyFault(normal, fault);
		});
	};
}

function videoResponse(state: SimulatorState, video: VideoName): HttpResponse {
	const isPortrait = state.tasks.get(video.taskId)?.script.aspectRatio === '9:16';
	// The model makes 16:9, so the original video is landscape
	const orientation = isPortrait && video.prefix !== 'origin-' ? 'portrait' : 'landscape';
	const body = toContent(bytesOfVideo(orientation));
	return { status: 200, headers: { 'content-type': 'video/mp4' }, body };
}

function uploadedFile({ files }: SimulatorState, pathname: string): HttpResponse {
	const file = files.find(pathname);
	if (!file) return envelope(404, 'No such file', null, 404);
	const headers = { 'content-type': file.mimeType };
	return { status: 200, headers, body: toContent(file.bytes) };
}
