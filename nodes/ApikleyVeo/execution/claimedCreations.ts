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
 * creation is claimed by its request with the contents of its images, and, if it has images that can differ then, by its
 * request without them. Each claim has the first number that no creation of this execution has.
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

/** Creations that have the same one may still have different images. */
const ALIKE = 'alike:';

/** Resolves with what a creation can be recognized by. */
async function fingerprints(
	claimed: Claimed,
	{ creation, images }: SentCreation,
): Promise<string[]> {
	const request = identityOf(creation);
	const same = digest([request, await digestAll(claimed, images)]);
	const alike = withoutSignatures(request);
	const canDiffer = creation.imageFields.length > 0 || digest(alike) !== digest(request);
	return canDiffer ? [`${ALIKE}${digest(alike)}`, same] : [same];
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
	{ notes, claims }: Claimed,
	creations: readonly NamedCreation[],
): Promise<ReadonlySet<string>> {
	const before = await claims.claim(creations.flatMap((creation) => creation.claims));
	const unused: string[] = [];
	for (const creation of creations) {
		const old = creation.claims.filter((claim) => before.has(claim));
		notes.setClaims(creation.name, old.length === 0 ? creation.claims : old);
		if (old.length > 0) unused.push(...creation.claims.filter((claim) => !before.has(claim)));
	}
	await release({ notes, claims }, unused);
	return begunOf(creations, before);
}

/** Resolves with the names of those that may have been made before, and claims none of them. */
export async function findBegun(
	{ claims }: Pick<Claimed, 'claims'>,
	creations: readonly NamedCreation[],
): Promise<ReadonlySet<string>> {
	const all = creations.flatMap((creation) => creation.claims);
	const before = await claims.claim(all);
	await claims.release(all.filter((claim) => !before.has(claim)));
	return begunOf(creations, before);
}

function begunOf(
	creations: readonly NamedCreation[],
	before: ReadonlySet<string>,
): ReadonlySet<string> {
	const begun = creations.filter((creation) => creation.claims.some((claim) => before.has(claim)));
	return new Set(begun.map(({ name }) => name));
}

/** Gives up the claims of creations that certainly made no task. */
export async function releaseCreations(
	claimed: Pick<Claimed, 'notes' | 'claims'>,
	creations: readonly NamedCreation[],
): Promise<void> {
	const { notes } = claimed;
	const unused = creations.flatMap(({ name, claims }) => notes.claimsOf(name) ?? claims);
	for (const { name } of creations) notes.setClaims(name, null);
	await release(claimed, unused);
}

/**
 * Gives up claims. As a retry counts from 0, a free number must not be lower than one that is taken. So of equal creations,
 * the one with the last number gets the free one. If they are only alike, the free one would be taken for another one then,
 * so its claim stays.
 */
async function release(
	{ notes, claims }: Pick<Claimed, 'notes' | 'claims'>,
	unused: readonly string[],
): Promise<void> {
	const taken = numbersByFingerprint(notes.allClaims);
	const free: string[] = [];
	const kept: string[] = [];
	for (const claim of unused) {
		const [number, fingerprint] = partsOf(claim);
		const others = taken.get(fingerprint) ?? [];
		const last = Math.max(number, ...others);
		if (last === number) {
			free.push(claim);
		} else if (fingerprint.startsWith(ALIKE)) {
			kept.push(claim);
		} else {
			const lastClaim = `${last}:${fingerprint}`;
			notes.replaceClaim(lastClaim, claim);
			free.push(lastClaim);
			others.splice(others.indexOf(last), 1, number);
		}
	}
	notes.keepClaims(kept);
	await claims.release(free);
}

function numbersByFingerprint(claims: readonly string[]): Map<string, number[]> {
	const numbers = new Map<string, number[]>();
	for (const [number, fingerprint] of claims.map(partsOf)) {
		const others = numbers.get(fingerprint) ?? [];
		others.push(number);
		numbers.set(fingerprint, others);
	}
	return numbers;
}

function partsOf(claim: string): [number: number, fingerprint: string] {
	const separator = claim.indexOf(':');
	return [Number(claim.slice(0, separator)), claim.slice(separator + 1)];
}
