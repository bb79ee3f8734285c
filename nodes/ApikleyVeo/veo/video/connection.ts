import { endingWith, onAbort } from '../onAbort';
import type { Ending } from '../onAbort';
import type { BodyPiece, Clock, VideoBody, VideoHost, VideoResult } from '../ports';

export interface ConnectionPorts {
	readonly host: VideoHost;
	readonly clock: Clock;
	readonly signal: AbortSignal;
}

/** A link, or where a redirect leads, that can't be followed. */
export interface BadLink {
	readonly kind: 'badLink';
	readonly reason: string;
}

/** As browsers do. */
const MOST_REDIRECTS = 20;
const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * One request for a video and what comes of it. Ends when the network keeps us waiting for too long; how long
 * those take who read it does not count.
 */
export class Connection {
	private readonly ending: Ending;
	/** Of the request under way: each hop of a redirect is one. */
	private hop = new AbortController();
	private waitingSince: number | null = null;
	private isSilent = false;

	/** `patienceMs`: how long the network may be silent. To be closed in any case. */
	constructor(
		private readonly patienceMs: number,
		private readonly ports: ConnectionPorts,
	) {
		this.ending = endingWith(ports.signal);
		onAbort(this.ending.signal, () => this.hop.abort());
		void this.watch();
	}

	/** Follows redirects: each hop is a request of its own, so nothing is carried along to another host. */
	async open(
		url: string,
		headers: Readonly<Record<string, string>>,
	): Promise<VideoResult | BadLink> {
		let from = url;
		for (let hops = 0; ; hops++) {
			const result = await this.request(from, headers);
			if (result.kind !== 'answered') return result;
			const { status, headers: answered } = result.answer;
			const { location } = answered;
			if (!REDIRECTS.includes(status) || location === undefined) return result;
			if (hops === MOST_REDIRECTS) return badLink('it redirects too often');
			const to = targetOf(location, from);
			if (to === null) return badLink('it redirects to what is no http(s) address');
			this.hop.abort();
			this.hop = new AbortController();
			from = to;
		}
	}

	async next(body: VideoBody): Promise<BodyPiece> {
		const piece = await this.hear(body.next());
		if (!this.isSilent) return piece;
		return { kind: 'failed', reason: `nothing came for ${this.patienceMs / 1000} s` };
	}

	close(): void {
		this.ending.end();
	}

	private async request(
		url: string,
		headers: Readonly<Record<string, string>>,
	): Promise<VideoResult> {
		const { ending, hop, ports } = this;
		const result: VideoResult = ending.signal.aborted
			? { kind: 'aborted' }
			: await this.hear(ports.host.open(url, headers, hop.signal));
		if (!this.isSilent) return result;
		return { kind: 'failed', reason: `no answer within ${this.patienceMs / 1000} s` };
	}

	private async hear<T>(coming: Promise<T>): Promise<T> {
		this.waitingSince = this.ports.clock.now();
		const come = await coming;
		this.waitingSince = null;
		return come;
	}

	/** One sleep for many pieces: it is long over when most of them come. */
	private async watch(): Promise<void> {
		const { clock } = this.ports;
		const { signal } = this.ending;
		while (!signal.aborted) {
			const now = clock.now();
			const left = (this.waitingSince ?? now) + this.patienceMs - now;
			if (left > 0) {
				await clock.sleep(left, signal);
			} else {
				this.isSilent = true;
				this.close();
			}
		}
	}
}

/** What is wrong with a link to a video; null if it can be asked. */
export function badLinkIn(url: string): BadLink | null {
	return isWebAddress(url) ? null : badLink('it is no http(s) address');
}

function isWebAddress(url: string): boolean {
	return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function targetOf(location: string, from: string): string | null {
	if (!URL.canParse(location, from)) return null;
	const target = new URL(location, from).href;
	return isWebAddress(target) ? target : null;
}

function badLink(reason: string): BadLink {
	return { kind: 'badLink', reason };
}
