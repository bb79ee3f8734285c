/** The body of a scripted answer on its way. */
import { Readable } from 'node:stream';

import type { Timers } from '../timers.mjs';

export interface BodyPlan {
	readonly pieces: readonly Buffer[];
	/** Between two pieces, in milliseconds. */
	readonly pieceMs: number;
	/** How it ends; `short`: as if it were whole, but it is not. */
	readonly ends: 'whole' | 'short' | 'reset' | 'closed' | 'never';
}

export interface BodyWatch {
	taken(bytes: number): void;
	ended(end: 'whole' | 'short' | 'broken' | 'abandoned'): void;
}

/** Makes its pieces only as they are asked for, and tells how many bytes were taken. */
export class VideoBody extends Readable {
	private readonly left: Buffer[];
	private timer: ReturnType<typeof setTimeout> | null = null;
	private isBroken = false;

	constructor(
		private readonly plan: BodyPlan,
		private readonly timers: Timers,
		private readonly watch: BodyWatch,
	) {
		// Pieces stay pieces
		super({ objectMode: true, highWaterMark: 1 });
		this.left = [...plan.pieces];
		this.on('error', () => {});
		this.once('end', () => watch.ended(plan.ends === 'short' ? 'short' : 'whole'));
	}

	override read(size?: number): Buffer | null {
		const piece = super.read(size) as Buffer | null;
		if (piece !== null) this.watch.taken(piece.byteLength);
		return piece;
	}

	override _read(): void {
		const wait = this.left.length < this.plan.pieces.length ? this.plan.pieceMs : 0;
		if (wait === 0) this.next();
		else this.timer = this.timers.after(wait, () => this.next());
	}

	override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
		if (this.timer !== null) this.timers.stop(this.timer);
		this.watch.ended(this.isBroken ? 'broken' : 'abandoned');
		done(error);
	}

	private next(): void {
		const piece = this.left.shift();
		if (piece !== undefined) this.push(piece);
		else this.finish();
	}

	private finish(): void {
		const { ends } = this.plan;
		switch (ends) {
			case 'whole':
			case 'short':
				this.push(null);
				return;
			case 'reset':
				this.isBroken = true;
				this.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
				return;
			case 'closed':
				this.isBroken = true;
				this.destroy();
				return;
			case 'never':
				return;
			default:
				ends satisfies never;
		}
	}
}
