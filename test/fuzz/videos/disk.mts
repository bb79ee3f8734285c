/** Where n8n stores binary data. It reads a stream as n8n's storage does, and can be full. */
import type { IBinaryData } from 'n8n-workflow';

export class ScriptedDisk {
	/** How often a video could not be stored. */
	failures = 0;
	private used = 0;

	/** `space` in bytes; null for unlimited. */
	constructor(private readonly space: number | null) {}

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
		this.failures += 1;
		throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
	}
}
