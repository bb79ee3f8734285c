/** Where n8n stores binary data. It reads a stream as n8n's storage does, and can be full. */
import type { IBinaryData } from 'n8n-workflow';

import type { Rounds } from '../rounds.mjs';
import type { Moment } from '../trace.mjs';

export class ScriptedDisk {
	/** When a video could not be stored. */
	readonly failures: Moment[] = [];
	private used = 0;

	/** `space` in bytes; null for unlimited. */
	constructor(
		private readonly space: number | null,
		private readonly rounds: Rounds,
	) {}

	readonly store = async (
		stream: AsyncIterable<Uint8Array>,
		fileName: string,
		mimeType: string,
	): Promise<IBinaryData> => {
		const pieces: Uint8Array[] = [];
		const usedBefore = this.used;
		try {
			for await (const piece of stream) {
				this.write(piece.byteLength);
				pieces.push(piece);
			}
		} catch (error) {
			this.used = usedBefore;
			throw error;
		}
		const content = Buffer.concat(pieces);
		return { data: content.toString('base64'), bytes: content.byteLength, fileName, mimeType };
	};

	private write(bytes: number): void {
		this.used += bytes;
		if (this.space === null || this.used <= this.space) return;
		this.failures.push(this.rounds.now());
		throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
	}
}
