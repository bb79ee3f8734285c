import { shownOnTerminal } from '../test/n8n-harness/system/progress.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);

/**
 * Measures all sides in turn, several times (`BENCH_ROUNDS`), so that a busy minute of the machine strikes all alike.
 * Returns what each side gave, in the order of the rounds.
 */
export async function inTurn<T>(
	what: string,
	sides: ReadonlyArray<() => Promise<T>>,
	rounds = ROUNDS,
): Promise<T[][]> {
	const results = sides.map((): T[] => []);
	for (let round = 1; round <= rounds; round++) {
		await shownOnTerminal(`${what}: round ${round} of ${rounds}`, async () => {
			for (const [index, measure] of sides.entries()) results[index]?.push(await measure());
		});
	}
	return results;
}
