/** Something that lasts for a number of requests; default 1. */
export interface Step {
	times?: number | 'always';
}

/** Takes one request's step off the head of a list. Returns undefined if none is left. */
export function takeStep<T extends Step>(steps: T[] = []): T | undefined {
	const [step] = steps;
	if (!step) return undefined;
	const { times = 1 } = step;
	if (times === 'always') return step;
	if (times <= 1) steps.shift();
	else steps[0] = { ...step, times: times - 1 };
	return times > 0 ? step : takeStep(steps);
}
