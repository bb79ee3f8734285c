import { randomUUID } from 'crypto';

import type { VeoClient } from '../veo/api/client';
import { fileUpload } from '../veo/api/endpoints/fileUpload';
import type { ApiResult } from '../veo/api/envelope';
import type { Clock } from '../veo/ports';
import type { Image } from './images';

/** Uploads images, each of them once. Shared by all jobs of a run. */
export class ImageUploader {
	/** By the key of the image. */
	private readonly uploads = new Map<string, Promise<ApiResult<string>>>();

	constructor(
		private readonly client: Pick<VeoClient, 'send'>,
		private readonly clock: Clock,
	) {}

	/** Resolves with the address of the image. A failed upload is sent again the next time. Never rejects. */
	async upload(image: Image): Promise<ApiResult<string>> {
		const shared = this.uploads.get(image.key);
		if (shared !== undefined) return await shared;
		const upload = this.send(image);
		this.uploads.set(image.key, upload);
		const result = await upload;
		if (result.kind !== 'success') this.uploads.delete(image.key);
		return result;
	}

	private async send(file: Image): Promise<ApiResult<string>> {
		const { mimeType, extension } = file.type;
		const upload = { name: `${randomUUID()}.${extension}`, mimeType, file };
		const times = { dueAt: this.clock.now(), deadline: Infinity };
		return await this.client.send(fileUpload(upload), times);
	}
}
