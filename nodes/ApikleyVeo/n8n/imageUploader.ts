import { randomUUID } from 'crypto';

import type { VeoClient } from '../veo/api/client';
import { fileUpload } from '../veo/api/endpoints/fileUpload';
import type { ApiError, ApiResult } from '../veo/api/envelope';
import type { Clock } from '../veo/ports';
import type { ImageDigests } from './imageDigests';
import type { Image } from './images';

/** Who needs an image. */
export interface UploadObserver {
	/** Aborted when no further image is needed. An upload that was sent already isn't affected. */
	readonly signal: AbortSignal;
	/** The image could not be uploaded. Called before another request can take the place of this one. */
	onFailed(error: ApiError): void;
}

/** Uploads images, each of them once. Shared by all jobs of a run. */
export class ImageUploader {
	/** By the key of the image. */
	private readonly uploads = new Map<string, Promise<ApiResult<string>>>();
	/** In the order in which they were needed. Only files of the same size can have the same bytes. */
	private readonly imagesBySize = new Map<number, Image[]>();

	constructor(
		private readonly client: Pick<VeoClient, 'send'>,
		private readonly clock: Clock,
		private readonly digests: ImageDigests,
	) {}

	/** Resolves with the address of the image. A failed upload is sent again the next time. Never rejects. */
	async upload(image: Image, observer: UploadObserver): Promise<ApiResult<string>> {
		const original = await this.findOriginal(image);
		const { key } = original;
		const shared = this.uploads.get(key);
		if (shared !== undefined) return await shared;
		const upload = this.send(original, observer);
		this.uploads.set(key, upload);
		const result = await upload;
		if (result.kind !== 'success') this.uploads.delete(key);
		return result;
	}

	/** Resolves with the first image that has the same bytes. */
	private async findOriginal(image: Image): Promise<Image> {
		const { size, key } = image;
		const before = this.imagesBySize.get(size) ?? [];
		if (!before.some((other) => other.key === key)) {
			this.imagesBySize.set(size, [...before, image]);
		}
		for (const other of before) {
			if (other.key === key || (await this.haveSameBytes(other, image))) return other;
		}
		return image;
	}

	/** A file that can't be read is like no other, as its upload will tell why. */
	private async haveSameBytes(one: Image, other: Image): Promise<boolean> {
		try {
			return (await this.digests.of(one)) === (await this.digests.of(other));
		} catch {
			return false;
		}
	}

	private async send(
		file: Image,
		{ signal, onFailed }: UploadObserver,
	): Promise<ApiResult<string>> {
		const { mimeType, extension } = file.type;
		const upload = { name: `${randomUUID()}.${extension}`, mimeType, file };
		const times = { dueAt: this.clock.now(), deadline: Infinity };
		return await this.client.send(fileUpload(upload), times, {
			signal,
			onSend: () => {},
			onRetry: () => {},
			onEnd: (result) => {
				if (isError(result)) onFailed(result);
			},
		});
	}
}

function isError(result: ApiResult<string>): result is ApiError {
	return result.kind !== 'success' && result.kind !== 'aborted' && result.kind !== 'expired';
}
