import { digestFile } from './digest';
import type { Image } from './images';
import { Mutex } from './mutex';

/** Reads each image once for its digest, one after the other, however many there are. Shared by all jobs of a run. */
export class ImageDigests {
	/** By the key of the image. */
	private readonly digests = new Map<string, Promise<string>>();
	private readonly mutex = new Mutex();

	/** Resolves with a text that is the same for the same bytes only. Rejects if the image can't be read. */
	async of(image: Image): Promise<string> {
		const { key } = image;
		const known = this.digests.get(key);
		if (known !== undefined) return await known;
		const digest = this.mutex.runExclusive(async () => await digestFile(image));
		this.digests.set(key, digest);
		return await digest;
	}
}
