import { randomBytes } from 'crypto';

/** Returns a text that can't be guessed, and that no other call returns. */
export function newToken(): string {
	return randomBytes(16).toString('base64url');
}
