/** Shorthands for fast-check's arbitraries. */
import fc from 'fast-check';

/** What an arbitrary generates. */
export type Generated<A> = A extends fc.Arbitrary<infer T> ? T : never;

type Choice = readonly [weight: number, arbitrary: fc.Arbitrary<unknown>];

/** One of the choices, each as likely as its weight says. */
export function weighted<T extends readonly Choice[]>(...choices: T) {
	const arbitraries = choices.map(([weight, arbitrary]) => ({ weight, arbitrary }));
	return fc.oneof(...arbitraries) as fc.Arbitrary<Generated<T[number][1]>>;
}

/** `usual`, `weight` times as often as one of `others`. */
export function usually<const T, U>(usual: T, others: fc.Arbitrary<U>, weight = 4) {
	return weighted([weight, fc.constant(usual)], [1, others]);
}

/** A list of one to `few`; rarely a long one. */
export function list<T>(one: fc.Arbitrary<T>, few: number, many: number): fc.Arbitrary<T[]> {
	return weighted(
		[30, fc.array(one, { minLength: 1, maxLength: few })],
		[1, fc.array(one, { minLength: few, maxLength: many })],
	);
}

/** Usually an empty list, otherwise one of one or two. */
export function rarely<T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
	return weighted([4, fc.constant<T[]>([])], [1, fc.array(one, { minLength: 1, maxLength: 2 })]);
}
