/**
 * `npm run test:chaos [-- --minutes 15] [--seed 1] [--default-settings]`: see chaos.mts. Exits with code 1 when a parked
 * execution is lost, when an execution in memory leaves no trace, or when the API key has leaked. Afterwards,
 * `coverage/chaos/` holds what the cluster had stored.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import { findQueuePrograms } from '../n8n-harness/queue/programs.mjs';
import { prepareSandboxes } from '../n8n-harness/sandbox.mjs';
import { API_KEY, runChaos, type ChaosReport } from './chaos.mjs';
import { leaksOf, placesOf, type Place } from './leaks.mjs';
import type { Tally } from './tally.mjs';

const EVIDENCE = path.join(projectRoot(), 'coverage', 'chaos');

const { values } = parseArgs({
	options: {
		minutes: { type: 'string', default: '15' },
		seed: { type: 'string', default: String(Date.now() % 1_000_000) },
		'default-settings': { type: 'boolean', default: false },
	},
});

const programs = findQueuePrograms();
if ('missing' in programs) {
	console.error(
		`Not found: ${programs.missing.join(', ')}. Install the missing programs, then run this again.`,
	);
	process.exit(1);
}
await prepareSandboxes();
const minutes = Number(values.minutes);
console.log(`${minutes} minutes of chaos, seed ${values.seed}`);
const startedAt = Date.now();
const leaks: string[] = [];
const report = await runChaos(
	{
		programs,
		seed: Number(values.seed),
		minutes,
		defaultSettings: values['default-settings'],
		startEverySeconds: { park: 2, keepRunning: 10 },
		log: (message) =>
			console.log(`${Math.round((Date.now() - startedAt) / 1000)} s`.padStart(7), message),
	},
	async (cluster, received) => {
		const places = [...received, ...(await placesOf(cluster, programs))];
		await save(places.filter(isEvidence));
		assertContains(places, 'video host', 'user-agent');
		assertContains(places, 'database', 'chaos-park-0');
		leaks.push(...leaksOf(API_KEY, places));
	},
);
show(report);
if (leaks.length > 0) console.log('The API key is in:', leaks.join(', '));
process.exit(isClean(report) && leaks.length === 0 ? 0 : 1);

/** Saves what helps to find out what happened to a task, because the cluster is gone after the run. */
async function save(places: readonly Place[]): Promise<void> {
	await mkdir(EVIDENCE, { recursive: true });
	for (const { name, text } of places) {
		await writeFile(path.join(EVIDENCE, name.replaceAll(path.sep, ' ')), text);
	}
}

/** Makes sure that the search for the key looks at what it should. */
function assertContains(places: readonly Place[], name: string, text: string): void {
	const place = places.find((each) => each.name === name);
	if (!place?.text.includes(text)) throw new Error(`No "${text}" in the ${name}`);
}

function isEvidence({ name }: Place): boolean {
	return ['database', 'items', 'lookups'].includes(name) || /^log of|\.log$/.test(name);
}

function show({ tallies, kills, lookups }: ChaosReport): void {
	const killed = [...kills].map(([part, times]) => `${part} ${times}×`).join(', ');
	console.log(`\n${lookups} checks, one in five with a fault. Killed: ${killed}.\n`);
	console.table({ park: countsOf(tallies.park), keepRunning: countsOf(tallies.keepRunning) });
	for (const { lost, doubled } of Object.values(tallies)) {
		if (lost.length > 0) console.log('Lost:', lost.join(', '));
		if (doubled.length > 0) console.log('Doubled:', doubled.join(', '));
	}
}

function countsOf(tally: Tally): Record<string, number> {
	const count = (value: number | readonly unknown[]) =>
		typeof value === 'number' ? value : value.length;
	return Object.fromEntries(Object.entries(tally).map(([key, value]) => [key, count(value)]));
}

function isClean({ tallies: { park, keepRunning }, kills }: ChaosReport): boolean {
	const accountedFor = [park, keepRunning].every(
		({ lost, doubled, wrong }) => lost.length + doubled.length + wrong.length === 0,
	);
	return accountedFor && kills.size > 0 && park.right === park.started;
}
