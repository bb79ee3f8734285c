import type { IExecuteFunctions } from 'n8n-workflow';

import type { Session } from '../../../nodes/ApikleyVeo/execution/session';
import type { CreationClaims } from '../../../nodes/ApikleyVeo/n8n/creationClaims';
import { CreationNotes } from '../../../nodes/ApikleyVeo/n8n/creationNotes';
import { ImageDigests } from '../../../nodes/ApikleyVeo/n8n/imageDigests';
import { ImageUploader } from '../../../nodes/ApikleyVeo/n8n/imageUploader';
import type { Downloader, Video } from '../../../nodes/ApikleyVeo/n8n/downloader';
import { createClient } from './createClient';
import { fakeContext } from './fakeContext';
import type { ClientOptions } from './createClient';
import type { Script } from './fakeHttp';

export interface SessionOptions extends ClientOptions {
	/** In seconds. */
	readonly parkAfter?: number;
	/** Links that have expired. */
	readonly expired?: readonly string[];
	readonly maxVideos?: number;
	readonly stopsAtFailure?: boolean;
	/** Whether n8n has an address that the API can call. */
	readonly hasCallbacks?: boolean;
	/** What was created stays noted in its node context. */
	readonly context?: IExecuteFunctions;
	/** What was claimed stays in it. */
	readonly claimed?: Set<string>;
}

/** Like n8n's database, it outlives an execution. */
class FakeClaims implements Pick<CreationClaims, 'claim' | 'release'> {
	constructor(private readonly claimed: Set<string>) {}

	async claim(names: readonly string[]): Promise<ReadonlySet<string>> {
		await Promise.resolve();
		const before = names.filter((name) => this.claimed.has(name));
		for (const name of names) this.claimed.add(name);
		return new Set(before);
	}

	async release(names: readonly string[]): Promise<void> {
		await Promise.resolve();
		for (const name of names) this.claimed.delete(name);
	}
}

/** A session without n8n: a client against a scripted server, and downloads that store their URL. */
export function createSession(
	script: Script,
	{
		parkAfter = Infinity,
		expired = [],
		maxVideos = 100,
		stopsAtFailure = false,
		hasCallbacks = false,
		context = fakeContext().context,
		claimed = new Set(),
		...options
	}: SessionOptions = {},
) {
	const rig = createClient(script, options);
	const { client, clock, controller, limiter, signal } = rig;
	const created: string[] = [];
	let tokens = 0;
	const notes = new CreationNotes(context);
	const digests = new ImageDigests();
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
		isApiLocal: false,
		downloader: { download } as Downloader,
		creations: {
			notes,
			claims: new FakeClaims(claimed),
			maxVideos,
			stopsAtFailure,
			newToken: () => `token-${++tokens}`,
			callBackUrl: (token) => (hasCallbacks ? `https://n8n.example.com/?token=${token}` : null),
			onCreated: (name, taskId) => {
				notes.set(name, { kind: 'created', taskId });
				created.push(taskId);
			},
			digests,
			uploader: new ImageUploader(client, clock, digests),
		},
		clock,
		signal,
		parkAfterMs: parkAfter * 1000,
		parkJitterMs: 0,
		maxStartDelayMs: () => limiter.maxStartDelayMs,
		close: () => controller.abort(),
	};
	return { ...rig, session, downloaded, created };
}
