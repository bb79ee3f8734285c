/**
 * `npm run test:fuzz`: runs the built node in random scenarios of what a server, the network, n8n and the computer's
 * clock can do. After each scenario, every invariant must hold. `-- --runs 1000000` runs more scenarios, `-- --seed 7`
 * runs others. `-- --bugs` builds the known bugs into the node, one at a time, and fails unless each is found. With texts,
 * e.g. `-- --bugs callback`, it only does so with bugs whose name contains one of them.
 */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { inParallel } from '../in-parallel.mjs';
import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import { positiveInteger } from '../positive-integer.mjs';
import { batchesOf, runBatch, type Failure } from './batches.mjs';
import { BUGS, type Bug } from './bugs.mjs';
import { staleBugs, withBug } from './build-with-bug.mjs';

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		runs: { type: 'string', default: '20000' },
		seed: { type: 'string', default: '1' },
		processes: { type: 'string', default: String(availableParallelism()) },
		bugs: { type: 'boolean', default: false },
	},
});
const runs = positiveInteger('runs', values.runs);
const seed = positiveInteger('seed', values.seed);
const processes = positiveInteger('processes', values.processes);
const startedAt = Date.now();

// A bug must change with the source that it patches, so every run checks that
const stale = await staleBugs();
for (const reason of stale) console.log(`Stale bug: ${reason}`);
const passed = await (values.bugs ? findBugs() : fuzz());
process.exitCode = passed && stale.length === 0 ? 0 : 1;

async function fuzz(): Promise<boolean> {
	const failures: Failure[] = [];
	let scenarios = 0;
	let requests = 0;
	const dist = path.join(projectRoot(), 'dist');
	await inParallel(batchesOf({ dist, seed, runs, shrinks: true }), processes, async (batch) => {
		if (failures.length > 0) return;
		const result = await runBatch(batch);
		if (result.failure !== null) failures.push(result.failure);
		scenarios += batch.runs;
		requests += result.requests;
		console.log(`… ${scenarios} of ${runs} scenarios, ${seconds()} s`);
	});
	for (const { seed: failed, shrinks, scenario, violations } of failures) {
		console.log(`Seed ${failed}, shrunk ${shrinks} times:\n${scenario}\n${violations}\n`);
	}
	if (failures.length > 0) return false;
	console.log(
		`${runs} scenarios from seed ${seed}, with ${requests} requests, in ${seconds()} s on ${processes} processes: all invariants held.`,
	);
	return true;
}

async function findBugs(): Promise<boolean> {
	if (stale.length > 0) return false;
	const isWanted = ({ name }: Bug) => positionals.some((text) => name.includes(text));
	const bugs = positionals.length === 0 ? BUGS : BUGS.filter(isWanted);
	const found = await inParallel(bugs, processes, async (bug) => {
		const { failure, scenarios } = await withBug(
			bug,
			async (dist) => await runBatch({ dist, seed, runs, shrinks: false }),
		);
		const [violation = ''] = failure?.violations.split('\n') ?? [];
		const result = failure === null ? 'NOT FOUND' : 'found';
		console.log(`${result}: ${bug.name}, in ${scenarios} scenarios. ${violation.slice(0, 120)}`);
		return failure !== null;
	});
	const count = found.filter(Boolean).length;
	console.log(`${count} of ${bugs.length} bugs found in ${seconds()} s.`);
	return count > 0 && count === bugs.length;
}

function seconds(): number {
	return Math.round((Date.now() - startedAt) / 1000);
}
