/**
 * Reads an option of a command line.
 *
 * @throws Error if it is none. Otherwise a number that JavaScript can't read would run nothing, and that would pass.
 */
export function positiveInteger(option: string, text: string): number {
	if (!/^[1-9]\d*$/.test(text))
		throw new Error(`--${option} must be a positive integer, not "${text}"`);
	return Number(text);
}
