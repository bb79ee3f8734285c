import type { BodyPiece, VideoHost, VideoResult } from '../../../nodes/ApikleyVeo/veo/ports';
import type { FakeClock } from './fakeClock';

/** One response of a video host. */
export interface VideoReply {
	readonly status?: number;
	readonly headers?: Readonly<Record<string, string>>;
	/** Bytes, pauses in seconds, and how it breaks off, if it does. */
	readonly body?: ReadonlyArray<Uint8Array | number | 'reset' | 'hang'>;
	/** No response at all, for this reason. */
	readonly networkError?: string;
	/** No retry changes it. */
	readonly isPermanent?: true;
	/** No response, and no error either. */
	readonly neverResponds?: true;
}

export interface VideoRequest {
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	/** Seconds on the fake clock. */
	readonly at: number;
}

/** A video host that sends one reply of the script after another. */
export class FakeVideoHost implements VideoHost {
	readonly requests: VideoRequest[] = [];
	/** Requests whose signal is not aborted yet. */
	connections = 0;

	constructor(
		private readonly clock: FakeClock,
		private readonly script: readonly VideoReply[],
	) {}

	async open(
		url: string,
		headers: Readonly<Record<string, string>>,
		signal: AbortSignal,
	): Promise<VideoResult> {
		const reply = this.script[this.requests.length] ?? {
			networkError: 'the script has no more replies',
		};
		this.requests.push({ url, headers, at: this.clock.seconds });
		this.connections += 1;
		signal.addEventListener('abort', () => (this.connections -= 1), { once: true });
		if (reply.neverResponds) await this.clock.sleep(Infinity, signal);
		if (signal.aborted) return { kind: 'aborted' };
		if (reply.networkError !== undefined) {
			const { networkError: reason, isPermanent = false } = reply;
			return { kind: 'failed', reason, isPermanent };
		}
		const { status = 200, headers: responseHeaders = {}, body = [] } = reply;
		const left = [...body];
		const next = async (): Promise<BodyPiece> => {
			const piece = left.shift();
			if (piece === 'hang') await this.clock.sleep(Infinity, signal);
			if (typeof piece === 'number') {
				await this.clock.sleep(piece * 1000, signal);
				return signal.aborted ? BROKEN : await next();
			}
			if (signal.aborted || piece === 'reset') return BROKEN;
			if (piece === undefined || piece === 'hang') return { kind: 'end' };
			return { kind: 'bytes', bytes: piece };
		};
		return { kind: 'response', response: { status, headers: responseHeaders, body: { next } } };
	}
}

const BROKEN: BodyPiece = { kind: 'failed', reason: 'the connection was reset' };
