/**
 * `npm run test:fuzz`: random scripts of what a server, the network, n8n and our own clock can do, against the
 * built node; after each run the laws must hold. With `-- --runs 1000000` it plays more, with `--seed 7` others. With
 * `--bugs` it builds known bugs into the node, one after the other, and fails unless each is found.
 */
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import { BUGS, buildWith } from './bugs.mjs';
import { playAll, playShare, sharesOf, type ShareResult } from './fuzz.mjs';

const TELL_EVERY_MS = 30_000;

const { values } = parseArgs({
	options: {
		runs: { type: 'string', default: '20000' },
		seed: { type: 'string', default: '1' },
		processes: { type: 'string', default: String(availableParallelism()) },
		bugs: { type: 'boolean', default: false },
	},
});
const [runs, seed, processes] = [values.runs, values.seed, values.processes].map(Number) as [
	number,
	number,
	number,
];
process.exitCode = (await (values.bugs ? findBugs() : campaign())) ? 0 : 1;

async function campaign(): Promise<boolean> {
	const startedAt = Date.now();
	const seconds = () => Math.round((Date.now() - startedAt) / 1000);
	const shares = sharesOf(path.join(projectRoot(), 'dist'), seed, runs);
	let toldAt = startedAt;
	const results = await playAll(shares, processes, (played) => {
		if (Date.now() - toldAt < TELL_EVERY_MS) return;
		toldAt = Date.now();
		console.log(`… ${played} of ${runs} scripts, ${seconds()} s`);
	});
	const failed = results.filter(({ failure }) => failure !== null);
	const requests = results.reduce((sum, result) => sum + result.requests, 0);
	for (const result of failed) console.log(describe(result));
	console.log(
		failed.length > 0
			? 'The campaign has found something.'
			: `${runs} scripts from seed ${seed}, with ${requests} requests, in ${seconds()} s on ${processes} processes: all laws held.`,
	);
	return failed.length === 0;
}

async function findBugs(): Promise<boolean> {
	let missed = 0;
	for (const bug of BUGS) {
		const dist = await buildWith(bug);
		const result = await playShare({ dist, seed, runs });
		await rm(dist, { recursive: true });
		if (result.failure === null) missed++;
		const [complaint = ''] = (result.failure?.complaint ?? '').split('\n');
		const found = result.failure === null ? 'NOT FOUND' : 'found';
		console.log(`${found}: ${bug.name}, in ${result.played} scripts. ${complaint.slice(0, 120)}`);
	}
	console.log(`${BUGS.length - missed} of ${BUGS.length} bugs found.`);
	return missed === 0;
}

function describe({ failure }: ShareResult): string {
	if (failure === null) return '';
	return `Seed ${failure.seed}, shrunk ${failure.shrinks} times:\n${failure.script}\n${failure.complaint}\n`;
}
