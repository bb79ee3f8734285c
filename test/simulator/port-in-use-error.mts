export class PortInUseError extends Error {
	override readonly name = 'PortInUseError';

	constructor(
		readonly port: number,
		cause: unknown,
	) {
		super(`Port ${port} is in use by another program`, { cause });
	}
}
