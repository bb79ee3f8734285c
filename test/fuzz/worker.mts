/** Plays its share of a campaign in a process of its own, as time is its own there. */
import fc from 'fast-check';

import type { Progress, Share, ShareResult } from './fuzz.mjs';
import { KEPT } from './regressions.mjs';
import { complaintsAbout } from './invariants.mjs';
import { loadNode } from './n8n.mjs';
import { play } from './run-scenario.mjs';
import { anyScript, type Script } from './scenario.mjs';

const TELL_EVERY = 500;

// Whoever started us is gone
process.once('disconnect', () => process.exit());

const share = JSON.parse(process.argv[2] ?? '') as Share;
tell({ result: await run(share) });
process.disconnect?.();

async function run({ dist, seed, runs }: Share): Promise<ShareResult> {
	const node = loadNode(dist);
	let played = 0;
	let requests = 0;
	const check = async (script: Script) => {
		const evidence = await play(node, script);
		requests += evidence.exchanges.length + evidence.videos.exchanges.length;
		played++;
		if (played % TELL_EVERY === 0) tell({ played });
		return complaintsAbout(evidence).join('\n');
	};
	for (const kept of KEPT) {
		const complaint = await check(kept);
		if (complaint === '') continue;
		const failure = { seed, script: fc.stringify(kept), complaint, shrinks: 0 };
		return { played, requests, failure };
	}
	const property = fc.asyncProperty(anyScript, async (script) => {
		const complaint = await check(script);
		if (complaint !== '') throw new Error(complaint);
	});
	const details = await fc.check(property, { seed, numRuns: runs });
	if (!details.failed) return { played, requests, failure: null };
	const [script] = details.counterexample ?? [];
	const { message: complaint } = details.errorInstance as Error;
	return {
		played,
		requests,
		failure: { seed, script: fc.stringify(script), complaint, shrinks: details.numShrinks },
	};
}

function tell(message: Progress | { result: ShareResult }): void {
	process.send?.(message);
}
