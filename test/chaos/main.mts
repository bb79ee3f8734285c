/**
 * `npm run test:chaos [-- --minutes 15] [--seed 1] [--as-it-comes]`: see chaos.mts. Ends with exit code 1 when a
 * parked execution is lost, or an execution in memory leaves no trace. What the cluster had kept is in
 * `coverage/chaos/` afterwards.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { installN8n } from '../n8n-harness/install.mjs';
import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import { shownOnTerminal } from '../n8n-harness/system/progress.mjs';
import { packPackage } from '../n8n-harness/package-under-test.mjs';
import { findQueuePrograms } from '../n8n-harness/queue/programs.mjs';
import { preparedTarball } from '../n8n-harness/sandbox.mjs';
import { runChaos, type ChaosReport } from './chaos.mjs';
import { placesOf, type Place } from './leaks.mjs';

const EVIDENCE = path.join(projectRoot(), 'coverage', 'chaos');

const { values } = parseArgs({
	options: {
		minutes: { type: 'string', default: '15' },
		seed: { type: 'string', default: String(Date.now() % 1_000_000) },
		'as-it-comes': { type: 'boolean', default: false },
	},
});

const programs = findQueuePrograms();
if ('missing' in programs) {
	console.error(`Not found: ${programs.missing.join(', ')}. Install them, then run this again.`);
	process.exit(1);
}
await installN8n(shownOnTerminal);
await packPackage(preparedTarball(), shownOnTerminal);
const minutes = Number(values.minutes);
console.log(`${minutes} minutes of chaos, seed ${values.seed}`);
const startedAt = Date.now();
const report = await runChaos(
	{
		programs,
		seed: Number(values.seed),
		minutes,
		asItComes: values['as-it-comes'],
		startEverySeconds: { park: 2, keepRunning: 10 },
		tell: (message) =>
			console.log(`${Math.round((Date.now() - startedAt) / 1000)} s`.padStart(7), message),
	},
	async (cluster, received) => {
		await keep([...received, ...(await placesOf(cluster, programs))].filter(isEvidence));
	},
);
show(report);
process.exit(isWell(report) ? 0 : 1);

/** The cluster is gone after the run: with these one can find out what has become of a task. */
async function keep(places: readonly Place[]): Promise<void> {
	await mkdir(EVIDENCE, { recursive: true });
	for (const { name, text } of places) {
		await writeFile(path.join(EVIDENCE, name.replaceAll(path.sep, ' ')), text);
	}
}

function isEvidence({ name }: Place): boolean {
	return ['database', 'items', 'lookups'].includes(name) || /^log of|\.log$/.test(name);
}

function show({ accounts, kills, lookups }: ChaosReport): void {
	const killed = [...kills].map(([part, times]) => `${part} ${times}×`).join(', ');
	console.log(`\n${lookups} lookups, one in five of them failed. Killed: ${killed}.\n`);
	console.table(
		Object.fromEntries(
			Object.entries(accounts).map(([way, account]) => [
				way,
				{
					started: account.started,
					'came out right': account.right,
					'of these by Retry': account.retried,
					'failed, with its task ID': account.failed,
					'failed, emptied by n8n': account.emptied,
					lost: account.lost.length,
					doubled: account.doubled.length,
					wrong: account.wrong.length,
				},
			]),
		),
	);
	for (const { lost, doubled } of Object.values(accounts)) {
		if (lost.length > 0) console.log('Lost:', lost.join(', '));
		if (doubled.length > 0) console.log('Doubled:', doubled.join(', '));
	}
}

function isWell({ accounts: { park, keepRunning } }: ChaosReport): boolean {
	const clean = [park, keepRunning].every(
		({ lost, doubled, wrong }) => lost.length + doubled.length + wrong.length === 0,
	);
	return clean && park.right === park.started;
}
