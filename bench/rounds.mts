import { shownOnTerminal } from '../test/n8n-harness/system/progress.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);

/**
 * Measures each side once a round, for several rounds (`BENCH_ROUNDS`), so that a busy minute of the machine affects all
 * sides alike. Returns the results of each side, in the order of the rounds.
 */
export async function measureInRounds<T>(
	title: string,
	sides: ReadonlyArray<() => Promise<T>>,
	rounds = ROUNDS,
): Promise<T[][]> {
	const results = sides.map((): T[] => []);
	for (let round = 1; round <= rounds; round++) {
		await shownOnTerminal(`${title}: round ${round} of ${rounds}`, async () => {
			for (const [index, measure] of sides.entries()) results[index]?.push(await measure());
		});
	}
	return results;
}
