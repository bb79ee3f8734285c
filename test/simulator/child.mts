import type { ChildMessage } from './simulator-process.mjs';
import { startSimulator, type SimulatorOptions } from './simulator.mjs';

/** A simulator for a parent process, which gave its options as JSON; it ends with the parent. */
process.once('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group; the parent may still need it
process.on('SIGINT', () => undefined);

tellParent(
	await startSimulator(JSON.parse(process.argv[2] ?? '{}') as SimulatorOptions).then(
		({ baseUrl }) => ({ baseUrl }),
		(error: unknown) => ({ failed: String(error) }),
	),
);

function tellParent(message: ChildMessage): void {
	process.send?.(message, undefined, undefined, () => {
		if ('failed' in message) process.exit(1);
	});
}
