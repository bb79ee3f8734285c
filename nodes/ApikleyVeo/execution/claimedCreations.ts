import type { CreationNotes } from '../n8n/creationNotes';
import { digest } from '../n8n/digest';
import type { Image } from '../n8n/images';
import { identityOf, withoutSignatures } from '../parameters/creationRequest';
import type { InvalidCreation, ParsedRequest } from '../parameters/taskRequest';
import { nameOf } from './knownCreations';
import type { SentCreation } from './knownCreations';
import type { Creations } from './session';

/** What is known of creations, and who may make them. */
export interface Claimed extends Pick<Creations, 'notes' | 'claims' | 'digests'> {
	/** Aborted when nothing is created any more. Undefined if n8n has no signal. */
	readonly signal: AbortSignal | undefined;
}

/** A creation by its names. */
export interface NamedCreation {
	/** In the notes. */
	readonly name: string;
	/** If one of them was claimed before, the task must not be created. */
	readonly claims: readonly string[];
}

/** By the index of the item. */
export type NamedCreations = ReadonlyMap<number, NamedCreation>;

/**
 * Resolves with the creations of a run. A retry that starts again from the trigger may get the items in another order or in
 * other turns of a loop, with images that were produced or signed anew, or with new images before the old ones. So a
 * creation is claimed by its request without what differs then, and by its request with the contents of its images, each
 * numbered as the first one that no creation of this execution has.
 */
export async function nameCreations(
	claimed: Claimed,
	requests: ReadonlyArray<ParsedRequest | InvalidCreation>,
): Promise<NamedCreations> {
	const { notes } = claimed;
	const numbered = numberer(notes.allClaims);
	const named = new Map<number, NamedCreation>();
	for (const [itemIndex, request] of requests.entries()) {
		if (request.kind !== 'creation' && request.kind !== 'invalidCreation') continue;
		const name = nameOf(notes, request, itemIndex);
		const claims = notes.claimsOf(name) ?? (await fingerprints(claimed, request)).map(numbered);
		named.set(itemIndex, { name, claims });
	}
	return named;
}

/** Returns the creations whose requests are of a kind. */
export function creationsOfKind<T extends { readonly kind: string }>(
	named: NamedCreations,
	requests: readonly T[],
	kind: T['kind'],
): NamedCreation[] {
	return [...named].flatMap(([itemIndex, creation]) =>
		requests[itemIndex]?.kind === kind ? creation : [],
	);
}

/** Resolves with what a creation can be recognized by. */
async function fingerprints(
	claimed: Claimed,
	{ creation, images }: SentCreation,
): Promise<string[]> {
	const request = identityOf(creation);
	const contents = await digestAll(claimed, images);
	const whole = contents === null ? request : [request, contents];
	return [...new Set([digest(withoutSignatures(request)), digest(whole)])];
}

/** Returns a function that gives names their numbers, which no two of them share. */
function numberer(taken: readonly string[]): (name: string) => string {
	const all = new Set(taken);
	const counts = new Map<string, number>();
	return (name) => {
		let count = counts.get(name) ?? 0;
		while (all.has(`${count}:${name}`)) count += 1;
		counts.set(name, count + 1);
		return `${count}:${name}`;
	};
}

/** Resolves with null if there are no images, or if one can't be read: its upload will tell why. */
async function digestAll(
	{ digests, signal }: Claimed,
	images: readonly Image[],
): Promise<readonly string[] | null> {
	if (images.length === 0) return null;
	const contents: string[] = [];
	for (const image of images) {
		if (signal?.aborted === true) return null;
		try {
			contents.push(await digests.of(image));
		} catch {
			return null;
		}
	}
	return contents;
}

/**
 * Claims creations. Resolves with the names of those that may have been made before: by an execution that this one retries,
 * or by another retry of it.
 */
export async function claimCreations(
	{ notes, claims }: Claimed,
	creations: readonly NamedCreation[],
): Promise<ReadonlySet<string>> {
	const before = await claims.claim(creations.flatMap((creation) => creation.claims));
	const begun = new Set<string>();
	const unused: string[] = [];
	for (const creation of creations) {
		const old = creation.claims.filter((claim) => before.has(claim));
		notes.setClaims(creation.name, old.length === 0 ? creation.claims : old);
		if (old.length === 0) continue;
		begun.add(creation.name);
		unused.push(...creation.claims.filter((claim) => !before.has(claim)));
	}
	await claims.release(unused);
	return begun;
}

/** Gives up the claims of creations that certainly made no task. */
export async function releaseCreations(
	{ notes, claims }: Claimed,
	creations: readonly NamedCreation[],
): Promise<void> {
	const released = creations.flatMap((creation) => {
		const own = notes.claimsOf(creation.name) ?? creation.claims;
		notes.setClaims(creation.name, null);
		return own.map((claim) => swapForLast(notes, claim));
	});
	await claims.release(released);
}

/**
 * Gives `claim` to the creation that has the last number of the same request, and returns what that one had. A retry counts
 * from 0, so with a gap between the numbers it would create a task again.
 */
function swapForLast(notes: CreationNotes, claim: string): string {
	const fingerprint = claim.slice(claim.indexOf(':'));
	const last = notes.allClaims
		.filter((other) => other.endsWith(fingerprint))
		.reduce((one, other) => (numberOf(other) > numberOf(one) ? other : one), claim);
	if (last !== claim) notes.replaceClaim(last, claim);
	return last;
}

function numberOf(claim: string): number {
	return Number.parseInt(claim, 10);
}
