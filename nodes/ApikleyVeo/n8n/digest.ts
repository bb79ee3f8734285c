import { createHash } from 'crypto';

import type { ReadableFile } from '../veo/ports';

/** Returns a short text that is the same for the same JSON value only. */
export function digest(value: unknown): string {
	return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
}

/** Resolves with a text that is the same for the same bytes only. Rejects if the file can't be read. */
export async function digestFile(file: ReadableFile): Promise<string> {
	const hash = createHash('sha256');
	const content = await file.open();
	if (content instanceof Uint8Array) return hash.update(content).digest('base64url');
	for await (const chunk of content) hash.update(chunk);
	return hash.digest('base64url');
}
