import { linkAbort, onAbort } from '../onAbort';
import type { LinkedAbort } from '../onAbort';
import type { BodyPiece, Clock, VideoBody, VideoHost, VideoResult } from '../ports';

export interface VideoRequestPorts {
	readonly host: VideoHost;
	readonly clock: Clock;
	readonly signal: AbortSignal;
}

/** A link, or where a redirect leads, that can't be followed. */
export interface InvalidUrl {
	readonly kind: 'invalidUrl';
	readonly reason: string;
}

/** As browsers do. */
const MAX_REDIRECTS = 20;
const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * One request for a video and what comes of it. Ends when the network keeps us waiting for too long; how long
 * those take who read it does not count.
 */
export class VideoRequest {
	private readonly ending: LinkedAbort;
	/** Of the request under way: each hop of a redirect is one. */
	private redirectHop = new AbortController();
	private waitingSince: number | null = null;
	private timedOut = false;

	/** `patienceMs`: how long the network may be silent. To be closed in any case. */
	constructor(
		private readonly idleTimeoutMs: number,
		private readonly ports: VideoRequestPorts,
	) {
		this.ending = linkAbort(ports.signal);
		onAbort(this.ending.signal, () => this.redirectHop.abort());
		void this.watchIdle();
	}

	/** Follows redirects: each hop is a request of its own, so nothing is carried along to another host. */
	async open(
		url: string,
		headers: Readonly<Record<string, string>>,
	): Promise<VideoResult | InvalidUrl> {
		let from = url;
		for (let hops = 0; ; hops++) {
			const result = await this.request(from, headers);
			if (result.kind !== 'response') return result;
			const { status, headers: answered } = result.response;
			const { location } = answered;
			if (!REDIRECTS.includes(status) || location === undefined) return result;
			if (hops === MAX_REDIRECTS) return invalidUrl('it redirects too often');
			const to = resolveRedirect(location, from);
			if (to === null) return invalidUrl('it redirects to what is no http(s) address');
			this.redirectHop.abort();
			this.redirectHop = new AbortController();
			from = to;
		}
	}

	async next(body: VideoBody): Promise<BodyPiece> {
		const piece = await this.withIdleTimer(body.next());
		if (!this.timedOut) return piece;
		return { kind: 'failed', reason: `nothing came for ${this.idleTimeoutMs / 1000} s` };
	}

	close(): void {
		this.ending.dispose();
	}

	private async request(
		url: string,
		headers: Readonly<Record<string, string>>,
	): Promise<VideoResult> {
		const { ending, redirectHop: hop, ports } = this;
		const result: VideoResult = ending.signal.aborted
			? { kind: 'aborted' }
			: await this.withIdleTimer(ports.host.open(url, headers, hop.signal));
		if (!this.timedOut) return result;
		return { kind: 'failed', reason: `no answer within ${this.idleTimeoutMs / 1000} s` };
	}

	private async withIdleTimer<T>(coming: Promise<T>): Promise<T> {
		this.waitingSince = this.ports.clock.now();
		const come = await coming;
		this.waitingSince = null;
		return come;
	}

	/** One sleep for many pieces: it is long over when most of them come. */
	private async watchIdle(): Promise<void> {
		const { clock } = this.ports;
		const { signal } = this.ending;
		while (!signal.aborted) {
			const now = clock.now();
			const left = (this.waitingSince ?? now) + this.idleTimeoutMs - now;
			if (left > 0) {
				await clock.sleep(left, signal);
			} else {
				this.timedOut = true;
				this.close();
			}
		}
	}
}

/** What is wrong with a link to a video; null if it can be asked. */
export function validateUrl(url: string): InvalidUrl | null {
	return isWebAddress(url) ? null : invalidUrl('it is no http(s) address');
}

function isWebAddress(url: string): boolean {
	return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function resolveRedirect(location: string, from: string): string | null {
	if (!URL.canParse(location, from)) return null;
	const target = new URL(location, from).href;
	return isWebAddress(target) ? target : null;
}

function invalidUrl(reason: string): InvalidUrl {
	return { kind: 'invalidUrl', reason };
}
