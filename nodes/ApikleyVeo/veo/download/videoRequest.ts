import { REDIRECT_STATUSES } from '../api/statusCodes';
import { isHttpUrl } from '../httpUrl';
import { linkAbort, onAbort } from '../onAbort';
import type { LinkedAbort } from '../onAbort';
import type { VideoFailure } from './failure';
import type { BodyPiece, Clock, Headers, VideoBody, VideoHost, VideoResult } from '../ports';

export interface VideoRequestPorts {
	readonly host: VideoHost;
	readonly clock: Clock;
	readonly signal: AbortSignal;
}

/** The URL of a link or of a redirect can't be followed. */
export interface InvalidUrl {
	readonly kind: 'invalidUrl';
	readonly reason: string;
}

type RedirectLoop = Extract<VideoFailure, { kind: 'redirectLoop' }>;

/** The limit of browsers. */
const MAX_REDIRECTS = 20;

/**
 * One request for a video, with its redirects and its body. It fails if the network is idle for too long; the time that
 * the consumer of the body takes does not count.
 */
export class VideoRequest {
	private readonly linked: LinkedAbort;
	/** Ends the current request: each hop of a redirect is a request of its own. */
	private redirectHop = new AbortController();
	private waitingSince: number | null = null;
	private timedOut = false;

	/** The network may be idle for `idleTimeoutMs`. Always close the request. */
	constructor(
		private readonly idleTimeoutMs: number,
		private readonly ports: VideoRequestPorts,
	) {
		this.linked = linkAbort(ports.signal);
		onAbort(this.linked.signal, () => this.redirectHop.abort());
		void this.watchIdle();
	}

	/** Follows redirects. As each hop is a new request, nothing is passed on to another host. */
	async open(url: string, headers: Headers): Promise<VideoResult | InvalidUrl | RedirectLoop> {
		let current = url;
		for (let hops = 0; ; hops++) {
			const result = await this.request(current, headers);
			if (result.kind !== 'response') return result;
			const { status, headers: responseHeaders } = result.response;
			const { location } = responseHeaders;
			if (!REDIRECT_STATUSES.includes(status) || location === undefined) return result;
			if (hops === MAX_REDIRECTS) return { kind: 'redirectLoop', redirects: hops };
			const target = resolveRedirect(location, current);
			if (target === null) return invalidUrl('it redirects to an address that is not http(s)');
			this.redirectHop.abort();
			this.redirectHop = new AbortController();
			current = target;
		}
	}

	async next(body: VideoBody): Promise<BodyPiece> {
		const piece = await this.withIdleTimer(body.next());
		if (!this.timedOut) return piece;
		return { kind: 'failed', reason: `no data for ${this.idleTimeoutMs / 1000} s` };
	}

	close(): void {
		this.linked.dispose();
	}

	private async request(url: string, headers: Headers): Promise<VideoResult> {
		const { linked, redirectHop, ports } = this;
		const result: VideoResult = linked.signal.aborted
			? { kind: 'aborted' }
			: await this.withIdleTimer(ports.host.open(url, headers, redirectHop.signal));
		if (!this.timedOut) return result;
		const reason = `no response within ${this.idleTimeoutMs / 1000} s`;
		return { kind: 'failed', reason, isPermanent: false };
	}

	private async withIdleTimer<T>(receiving: Promise<T>): Promise<T> {
		this.waitingSince = this.ports.clock.now();
		const received = await receiving;
		this.waitingSince = null;
		return received;
	}

	/** One sleep serves many pieces, because most of them arrive long before it ends. */
	private async watchIdle(): Promise<void> {
		const { clock } = this.ports;
		const { signal } = this.linked;
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

/** What is wrong with a link to a video; null if it can be requested. */
export function validateUrl(url: string): InvalidUrl | null {
	return isHttpUrl(url) ? null : invalidUrl('it is not an http(s) address');
}

function resolveRedirect(location: string, from: string): string | null {
	if (!URL.canParse(location, from)) return null;
	const target = new URL(location, from).href;
	return isHttpUrl(target) ? target : null;
}

function invalidUrl(reason: string): InvalidUrl {
	return { kind: 'invalidUrl', reason };
}
