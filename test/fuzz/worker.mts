/** Runs one batch in a process of its own, because it replaces the process's time. */
import fc from 'fast-check';

import type { Batch, BatchResult, Message } from './fuzz.mjs';
import { violations } from './invariants.mjs';
import { REGRESSIONS } from './regressions.mjs';
import { loadNode } from './run-node.mjs';
import { runScenario } from './run-scenario.mjs';
import { anyScenario, type Scenario } from './scenario.mjs';

const PROGRESS_EVERY = 500;

// The parent process is gone
process.once('disconnect', () => process.exit());

const batch = JSON.parse(process.argv[2] ?? '') as Batch;
send({ result: await run(batch) });
process.disconnect?.();

async function run({ dist, seed, runs }: Batch): Promise<BatchResult> {
	const node = loadNode(dist);
	let scenarios = 0;
	let requests = 0;
	const check = async (scenario: Scenario) => {
		const trace = await runScenario(node, scenario);
		requests += trace.exchanges.length + trace.videos.exchanges.length;
		scenarios++;
		if (scenarios % PROGRESS_EVERY === 0) send({ progress: scenarios });
		const found = violations(trace);
		if (found.length > 0) throw new Error(found.join('\n'));
	};
	const { failed, counterexample, errorInstance, numShrinks } = await fc.check(
		fc.asyncProperty(anyScenario, check),
		{
			seed,
			numRuns: REGRESSIONS.length + runs,
			examples: REGRESSIONS.map((scenario) => [scenario]),
		},
	);
	return {
		scenarios,
		requests,
		failure: failed
			? {
					seed,
					scenario: fc.stringify(counterexample?.[0]),
					violations: (errorInstance as Error).message,
					shrinks: numShrinks,
				}
			: null,
	};
}

function send(message: Message): void {
	process.send?.(message);
}
