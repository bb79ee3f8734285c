/** The body of a scripted response. */
import { Readable } from 'node:stream';

import type { Timer, Timers } from './simulated-time.mjs';

export interface BodyPlan {
	readonly pieces: readonly Buffer[];
	/** Between two pieces. */
	readonly pieceMs: number;
	/** Between the last piece and the end. */
	readonly endMs: number;
	/** `truncated`: ends like a complete body, but isn't. */
	readonly ending: 'complete' | 'truncated' | 'reset' | 'closed' | 'never';
}

/** `abandoned`: by the client. */
export type BodyEnd = 'complete' | 'truncated' | 'broken' | 'abandoned';

export interface BodyListener {
	onRead?(bytes: number): void;
	/** Only the first call counts. */
	onEnd(end: BodyEnd): void;
}

/** Some of the pieces are empty if there are more of them than bytes. */
export function split(bytes: Buffer, count: number): Buffer[] {
	const size = Math.ceil(bytes.byteLength / count);
	return Array.from({ length: count }, (_, piece) =>
		bytes.subarray(piece * size, (piece + 1) * size),
	);
}

/** Produces each piece when it is read, and reports how many bytes were read. */
export class ScriptedBody extends Readable {
	private readonly remaining: Buffer[];
	private timer: Timer | null = null;
	private isBroken = false;

	constructor(
		private readonly plan: BodyPlan,
		private readonly timers: Timers,
		private readonly listener: BodyListener,
	) {
		// In object mode, pieces are not joined
		super({ objectMode: true, highWaterMark: 1 });
		this.remaining = [...plan.pieces];
		this.on('error', () => {});
		const end = plan.ending === 'truncated' ? 'truncated' : 'complete';
		this.once('end', () => listener.onEnd(end));
	}

	override read(size?: number): Buffer | null {
		const piece = super.read(size) as Buffer | null;
		if (piece !== null) this.listener.onRead?.(piece.byteLength);
		return piece;
	}

	override _read(): void {
		const { pieces, pieceMs, endMs } = this.plan;
		const { length } = this.remaining;
		const delayMs = length === 0 ? endMs : length === pieces.length ? 0 : pieceMs;
		if (delayMs === 0) this.next();
		else this.timer = this.timers.start(delayMs, () => this.next());
	}

	override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
		if (this.timer !== null) this.timers.stop(this.timer);
		this.listener.onEnd(this.isBroken ? 'broken' : 'abandoned');
		done(error);
	}

	private next(): void {
		const piece = this.remaining.shift();
		if (piece !== undefined) this.push(piece);
		else this.finish();
	}

	private finish(): void {
		const { ending } = this.plan;
		if (ending === 'complete' || ending === 'truncated') this.push(null);
		if (ending !== 'reset' && ending !== 'closed') return;
		this.isBroken = true;
		const reset = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
		this.destroy(ending === 'reset' ? reset : undefined);
	}
}
