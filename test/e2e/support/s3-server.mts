import S3rver from '@20minutes/s3rver';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** S3rver's only key. It checks the signature of each request. */
const KEY = 'S3RVER';

/** An S3-compatible server on this machine, with one bucket. */
export class S3Server {
	private constructor(
		private readonly server: S3rver,
		private readonly directory: string,
		private readonly url: string,
		readonly bucket: string,
	) {}

	static async open(bucket: string): Promise<S3Server> {
		const directory = await mkdtemp(path.join(tmpdir(), 's3-server-'));
		const server = new S3rver({
			directory,
			address: '127.0.0.1',
			port: 0,
			silent: true,
			configureBuckets: [{ name: bucket }],
		});
		const { port } = await server.run();
		return new S3Server(server, directory, `http://127.0.0.1:${port}`, bucket);
	}

	/** The data of n8n's credential of the type `s3`. */
	get credential(): ICredentialDataDecryptedObject {
		return {
			endpoint: this.url,
			region: 'us-east-1',
			accessKeyId: KEY,
			secretAccessKey: KEY,
			forcePathStyle: true,
		};
	}

	/** Returns what is stored under a key. Throws an Error if nothing is. */
	async object(key: string): Promise<{ bytes: Buffer; contentType: string | null }> {
		const response = await fetch(`${this.url}/${this.bucket}/${key}`);
		if (!response.ok) throw new Error(`No object ${key}: ${await response.text()}`);
		const bytes = Buffer.from(await response.arrayBuffer());
		return { bytes, contentType: response.headers.get('content-type') };
	}

	async close(): Promise<void> {
		await this.server.close();
		await rm(this.directory, { recursive: true, force: true });
	}
}
