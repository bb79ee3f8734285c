import type { CreationNotes } from '../n8n/creationNotes';
import { digest } from '../n8n/digest';
import type { Image } from '../n8n/images';
import { identityOf, withoutSignatures } from '../parameters/creationRequest';
import type { InvalidCreation, ParsedRequest } from '../parameters/taskRequest';
import {
	alikeFingerprint,
	claimsBelow,
	isAlike,
	lastOf,
	numberer,
	withFingerprintsOf,
} from './claimNumbers';
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
 * creation is claimed by its request with the contents of its images, and, if it has images that can differ then, by its
 * request without them. Each claim has the first number that this execution has not used.
 */
export async function nameCreations(
	claimed: Claimed,
	requests: ReadonlyArray<ParsedRequest | InvalidCreation>,
): Promise<NamedCreations> {
	const { notes } = claimed;
	const numbered = numberer([...notes.allClaims, ...notes.spareClaims]);
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
	const same = digest([request, await digestAll(claimed, images)]);
	const alike = digest(withoutSignatures(request));
	const canDiffer = creation.imageFields.length > 0 || alike !== digest(request);
	return canDiffer ? [alikeFingerprint(alike), same] : [same];
}

/** Resolves with null if an image can't be read: its upload will tell why. */
async function digestAll(
	{ digests, signal }: Claimed,
	images: readonly Image[],
): Promise<readonly string[] | null> {
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
	claimed: Claimed,
	creations: readonly NamedCreation[],
): Promise<ReadonlySet<string>> {
	const { notes, claims } = claimed;
	const all = creations.flatMap((creation) => creation.claims);
	const before = await claims.claim([...all, ...claimsBelow(all, notes.spareClaims)]);
	const begun = new Set<string>();
	const unused: string[] = [];
	for (const creation of creations) {
		const old = creation.claims.filter((claim) => before.has(claim));
		notes.setClaims(creation.name, old.length === 0 ? creation.claims : old);
		if (old.length === 0) continue;
		begun.add(creation.name);
		unused.push(...creation.claims.filter((claim) => !before.has(claim)));
	}
	await release(claimed, unused);
	return begun;
}

/** Gives up the claims of creations that certainly made no task. */
export async function releaseCreations(
	claimed: Claimed,
	creations: readonly NamedCreation[],
): Promise<void> {
	const { notes } = claimed;
	const unused = creations.flatMap(({ name, claims }) => notes.claimsOf(name) ?? claims);
	for (const { name } of creations) notes.setClaims(name, null);
	await release(claimed, unused);
}

async function release({ notes, claims }: Claimed, unused: readonly string[]): Promise<void> {
	const same = closeGaps(
		notes,
		unused.filter((claim) => !isAlike(claim)),
	);
	await claims.release([...same, ...spare(notes, unused.filter(isAlike))]);
}

/** Of equal creations, the last ones get the claims that are unused. Returns what those had. */
function closeGaps(notes: CreationNotes, unused: readonly string[]): string[] {
	const taken = new Set(withFingerprintsOf(unused, notes.allClaims));
	return unused.map((claim) => {
		const last = lastOf(claim, [...taken]);
		if (last === claim) return claim;
		notes.replaceClaim(last, claim);
		taken.delete(last);
		taken.add(claim);
		return last;
	});
}

/**
 * Creations that are only alike keep their numbers, so that a retry finds each at its own. What one gives up stays claimed
 * as long as a higher one is, and no other gets it. Returns what isn't claimed any more.
 */
function spare(notes: CreationNotes, unused: readonly string[]): string[] {
	const candidates = [...withFingerprintsOf(unused, notes.spareClaims), ...unused];
	notes.addSpareClaims(unused);
	const held = new Set(claimsBelow(notes.allClaims, candidates));
	return candidates.filter((claim) => !held.has(claim));
}
