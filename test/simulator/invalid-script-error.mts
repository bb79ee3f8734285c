/** A script that came as JSON and makes no sense. */
export class InvalidScriptError extends Error {
	override readonly name = 'InvalidScriptError';
}
