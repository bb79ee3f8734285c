import type { ChildMessage } from './client.mjs';
import { startSimulator, type SimulatorOptions } from './simulator.mjs';

/** A simulator for a parent process, which passes its options as JSON. It ends with the parent. */
process.once('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; the parent may still need the simulator
process.on('SIGINT', () => undefined);

const message: ChildMessage = await startSimulator(
	JSON.parse(process.argv[2] ?? '{}') as SimulatorOptions,
).then(
	({ baseUrl, videoBaseUrl, apiKey }) => ({ baseUrl, videoBaseUrl, apiKey }),
	(error: unknown) => ({ failed: String(error) }),
);
process.send?.(message, undefined, undefined, () => {
	if ('failed' in message) process.exit(1);
});
