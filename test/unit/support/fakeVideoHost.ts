import type { BodyPiece, VideoHost, VideoResult } from '../../../nodes/ApikleyVeo/veo/ports';
import type { FakeClock } from './fakeClock';

/** One answer of a video host. */
export interface VideoReply {
	readonly status?: number;
	readonly headers?: Readonly<Record<string, string>>;
	/** Bytes, pauses in seconds, and how it ends otherwise than well. */
	readonly body?: ReadonlyArray<Uint8Array | number | 'reset' | 'hang'>;
	/** No answer at all, for this reason. */
	readonly fails?: string;
	/** Nothing, not even an answer. */
	readonly hangs?: true;
}

export interface VideoRequest {
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	/** Seconds on the fake clock. */
	readonly at: number;
}

/** A video host that follows a script: one reply after the other. */
export class FakeVideoHost implements VideoHost {
	readonly requests: VideoRequest[] = [];
	/** Answers whose end is not signalled yet. */
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
		const reply = this.script[this.requests.length] ?? { fails: 'the script is at its end' };
		this.requests.push({ url, headers, at: this.clock.seconds });
		this.connections += 1;
		signal.addEventListener('abort', () => (this.connections -= 1), { once: true });
		if (reply.hangs) await this.clock.sleep(Infinity, signal);
		if (signal.aborted) return { kind: 'aborted' };
		if (reply.fails !== undefined) return { kind: 'failed', reason: reply.fails };
		const { status = 200, headers: answered = {}, body = [] } = reply;
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
		return { kind: 'response', response: { status, headers: answered, body: { next } } };
	}
}

const BROKEN: BodyPiece = { kind: 'failed', reason: 'the connection was reset' };
