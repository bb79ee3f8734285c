import type { Session } from '../../../nodes/ApikleyVeo/execution/session';
import type { Downloader, Video } from '../../../nodes/ApikleyVeo/n8n/downloader';
import { createClient } from './createClient';
import type { ClientOptions } from './createClient';
import type { Script } from './fakeHttp';

export interface SessionOptions extends ClientOptions {
	/** In seconds. */
	readonly parkAfter?: number;
	/** Links that have expired. */
	readonly expired?: readonly string[];
}

/** A session without n8n: a client against a scripted server, and downloads that store their URL. */
export function createSession(
	script: Script,
	{ parkAfter = Infinity, expired = [], ...options }: SessionOptions = {},
) {
	const created = createClient(script, options);
	const { client, clock, controller, limiter, signal } = created;
	const downloaded: Video[] = [];
	const download: Downloader['download'] = async (video) => {
		await Promise.resolve();
		if (signal.aborted) return { kind: 'aborted' };
		downloaded.push(video);
		const { url } = video;
		if (expired.includes(url)) {
			return { kind: 'failed', url, failure: { kind: 'linkExpired', code: 403 } };
		}
		return { kind: 'stored', binary: { data: url, mimeType: 'video/mp4' } };
	};
	const session: Session = {
		client,
		downloader: { download } as Downloader,
		clock,
		signal,
		parkAfterMs: parkAfter * 1000,
		parkJitterMs: 0,
		maxStartDelayMs: () => limiter.maxStartDelayMs,
		close: () => controller.abort(),
	};
	return { ...created, session, downloaded };
}
