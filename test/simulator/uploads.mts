import { createHash } from 'node:crypto';

import type { FaultStep } from './faults.mjs';
import { decoded } from './video-files.mjs';

/** How a file was uploaded. */
export type UploadMethod = 'base64' | 'stream' | 'url';

/** One upload, in the order of arrival. */
export interface Upload {
	readonly method: UploadMethod;
	readonly fileName: string;
	/** Its folder and its name. */
	readonly filePath: string;
	readonly downloadUrl: string;
	/** In bytes. */
	readonly fileSize: number;
	/** As the request says, else by the file's first bytes. */
	readonly mimeType: string;
	/** Of its bytes, in hexadecimal. */
	readonly sha256: string;
	/** In epoch milliseconds of the real clock. */
	readonly uploadedAt: number;
}

/** A file as it comes with a request. */
export interface IncomingFile {
	readonly method: UploadMethod;
	readonly uploadPath: string;
	/** Default: a name that the server makes up. */
	readonly fileName: string | undefined;
	readonly mimeType: string | undefined;
	readonly bytes: Buffer;
}

export interface StoredFile {
	readonly mimeType: string;
	readonly bytes: Buffer;
}

const UPLOADS = '/uploads/';

/** An upload that fails as the API's uploads fail: for `setPathFaults`. */
export const uploadFailure = (
	status: number,
	msg = 'File upload failed, please try again later.',
): FaultStep => ({ kind: 'status', status, json: { success: false, code: status, msg } });

/** The uploaded files. One with the path of another replaces it. */
export class Uploads {
	private readonly files = new Map<string, StoredFile>();
	private uploads: Upload[] = [];

	/** Keeps the file. */
	add({ method, uploadPath, bytes, ...file }: IncomingFile, host: string): Upload {
		const { fileName = `file-${this.uploads.length + 1}` } = file;
		const { mimeType = detectType(bytes) } = file;
		const filePath = `${uploadPath}/${fileName}`;
		this.files.set(filePath, { mimeType, bytes });
		const upload = {
			method,
			fileName,
			filePath,
			downloadUrl: `${host}${UPLOADS}${filePath.split('/').map(encodeURIComponent).join('/')}`,
			fileSize: bytes.length,
			mimeType,
			sha256: createHash('sha256').update(bytes).digest('hex'),
			uploadedAt: Date.now(),
		};
		this.uploads.push(upload);
		return upload;
	}

	list(): Upload[] {
		return [...this.uploads];
	}

	/** Returns the file at the path of a URL. */
	find(pathname: string): StoredFile | undefined {
		return this.files.get(decoded(pathname.slice(UPLOADS.length)));
	}

	clear(): void {
		this.files.clear();
		this.uploads = [];
	}
}

const SIGNATURES: ReadonlyArray<readonly [mimeType: string, start: RegExp]> = [
	['image/png', /^\x89PNG/],
	['image/jpeg', /^\xff\xd8\xff/],
	['image/webp', /^RIFF.{4}WEBP/s],
	['image/gif', /^GIF8/],
];

function detectType(bytes: Buffer): string {
	const start = bytes.subarray(0, 12).toString('latin1');
	const known = SIGNATURES.find(([, signature]) => signature.test(start));
	return known?.[0] ?? 'application/octet-stream';
}
