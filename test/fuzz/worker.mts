/** Runs one batch and sends its result to the parent process. */
import fc from 'fast-check';

import type { Batch, BatchResult } from './batches.mjs';
import { violations } from './invariants.mjs';
import { REGRESSIONS } from './regressions.mjs';
import { loadNode } from './run-node.mjs';
import { runScenario } from './run-scenario.mjs';
import { anyScenario, type Scenario } from './scenario.mjs';

// The parent process is gone
process.once('disconnect', () => process.exit());

process.send?.(await run(JSON.parse(process.argv[2] ?? '') as Batch));
process.disconnect?.();

async function run({ dist, seed, runs, shrinks }: Batch): Promise<BatchResult> {
	const node = loadNode(dist);
	let scenarios = 0;
	let requests = 0;
	const check = async (scenario: Scenario) => {
		const scenarioTrace = await runScenario(node, scenario);
		scenarios += 1;
		requests += scenarioTrace.requests;
		const found = violations(scenarioTrace);
		if (found.length > 0) throw new Error(found.join('\n'));
	};
	const details = await fc.check(fc.asyncProperty(anyScenario, check), {
		seed,
		endOnFailure: !shrinks,
		numRuns: REGRESSIONS.length + runs,
		examples: REGRESSIONS.map((scenario) => [scenario]),
	});
	if (!details.failed) return { scenarios, requests, failure: null };
	const failure = {
		seed,
		scenario: fc.stringify(details.counterexample?.[0]),
		violations: (details.errorInstance as Error).message,
		shrinks: details.numShrinks,
	};
	return { scenarios, requests, failure };
}
