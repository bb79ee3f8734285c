/** Starts the next call as soon as fewer than `limit` are running. Resolves with the results in order. */
export async function inParallel<T, R>(
	inputs: readonly T[],
	limit: number,
	call: (input: T) => Promise<R>,
): Promise<R[]> {
	const results: R[] = [];
	const entries = inputs.entries();
	const work = async () => {
		for (const [index, input] of entries) results[index] = await call(input);
	};
	await Promise.all(Array.from({ length: limit }, work));
	return results;
}
