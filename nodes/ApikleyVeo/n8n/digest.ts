import { createHash } from 'crypto';

/** Returns a short text that is the same for the same JSON value only. */
export function digest(value: unknown): string {
	return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
}
