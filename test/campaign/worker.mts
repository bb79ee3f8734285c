/** Plays its share of a campaign in a process of its own, as time is its own there. */
import fc from 'fast-check';

import type { Progress, Share, ShareResult } from './campaign.mjs';
import { complaintsAbout } from './laws.mjs';
import { loadNode } from './n8n.mjs';
import { play } from './play.mjs';
import { anyScript } from './script.mjs';

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
	const property = fc.asyncProperty(anyScript, async (script) => {
		const evidence = await play(node, script);
		requests += evidence.exchanges.length + evidence.videos.exchanges.length;
		played++;
		if (played % TELL_EVERY === 0) tell({ played });
		const complaints = complaintsAbout(evidence);
		if (complaints.length > 0) throw new Error(complaints.join('\n'));
	});
	const details = await fc.check(property, { seed, numRuns: runs });
	if (!details.failed) return { played, requests, failure: null };
	const [script] = details.counterexample ?? [];
	const complaint = (details.errorInstance as Error).message;
	return {
		played,
		requests,
		failure: { seed, script: fc.stringify(script), complaint, shrinks: details.numShrinks },
	};
}

function tell(message: Progress | { result: ShareResult }): void {
	process.send?.(message);
}
