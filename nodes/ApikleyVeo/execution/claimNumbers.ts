/**
 * A claim is a number and a fingerprint. A retry counts from 0, so as long as a claim is held, those with a lower number of
 * the same fingerprint must be, too: it would take a free one for another creation, and create that one again.
 */

const ALIKE = 'alike-';

/** Returns the fingerprint of creations that have this digest without what may differ between them. */
export function alikeFingerprint(digest: string): string {
	return `${ALIKE}${digest}`;
}

/** Whether creations with claims of the same fingerprint may differ. */
export function isAlike(claim: string): boolean {
	return fingerprintOf(claim).startsWith(ALIKE);
}

/** Returns a function that makes claims of fingerprints: with the first numbers that are not taken, none of them twice. */
export function numberer(taken: readonly string[]): (fingerprint: string) => string {
	const all = new Set(taken);
	const counts = new Map<string, number>();
	return (fingerprint) => {
		let number = counts.get(fingerprint) ?? 0;
		while (all.has(`${number}:${fingerprint}`)) number += 1;
		counts.set(fingerprint, number + 1);
		return `${number}:${fingerprint}`;
	};
}

/** Returns those of `claims` that are lower than one of `held` with the same fingerprint. */
export function claimsBelow(held: readonly string[], claims: readonly string[]): string[] {
	const last = new Map<string, number>();
	for (const claim of held) {
		const fingerprint = fingerprintOf(claim);
		last.set(fingerprint, Math.max(numberOf(claim), last.get(fingerprint) ?? 0));
	}
	return claims.filter((claim) => numberOf(claim) < (last.get(fingerprintOf(claim)) ?? 0));
}

/** Returns the claim of the same fingerprint that has the highest number, `claim` included. */
export function lastOf(claim: string, others: readonly string[]): string {
	return others
		.filter((other) => fingerprintOf(other) === fingerprintOf(claim))
		.reduce((one, other) => (numberOf(other) > numberOf(one) ? other : one), claim);
}

/** Returns those of `claims` that have a fingerprint of one of `others`. */
export function withFingerprintsOf(others: readonly string[], claims: readonly string[]): string[] {
	const fingerprints = new Set(others.map(fingerprintOf));
	return claims.filter((claim) => fingerprints.has(fingerprintOf(claim)));
}

function fingerprintOf(claim: string): string {
	return claim.slice(claim.indexOf(':') + 1);
}

function numberOf(claim: string): number {
	return Number.parseInt(claim, 10);
}
