/**
 * `npm run test:chaos [-- --minutes 15] [--seed 1] [--default-settings]`: see chaos.mts. Exits with code 1 when a task is
 * lost, paid twice or output twice, when an execution leaves no trace, or when the API key or the address of an execution
 * has leaked. Afterwards, `coverage/chaos/` holds what the cluster had stored.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import { findQueuePrograms } from '../n8n-harness/queue/programs.mjs';
import { prepareSandboxes } from '../n8n-harness/sandbox.mjs';
import { runChaos, type ChaosReport } from './chaos.mjs';
import { leaksOf, placesOf, tokenLeaksOf, type Place } from './leaks.mjs';
import type { Audit } from './ledger-audit.mjs';
import { API_KEY } from './stage.mjs';

const EVIDENCE = path.join(projectRoot(), 'coverage', 'chaos');

const { values } = parseArgs({
	options: {
		minutes: { type: 'string', default: '15' },
		seed: { type: 'string', default: String(Date.now() % 1_000_000) },
		'default-settings': { type: 'boolean', default: false },
	},
});
const defaultSettings = values['default-settings'];

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
		defaultSettings,
		startEverySeconds: { park: 3.5, keepRunning: 10, create: 3.5 },
		log: (message) =>
			console.log(`${Math.round((Date.now() - startedAt) / 1000)} s`.padStart(7), message),
	},
	async (cluster, { places: received, ledger, resumeAddresses }) => {
		const places = [...received, ...(await placesOf(cluster, programs))];
		await save([...ledger, ...places.filter(isEvidence)]);
		assertContains(places, 'video host', 'user-agent');
		assertContains(places, 'database', 'chaos-park-0');
		assertContains(ledger, 'ledger', resumeAddresses[0] ?? 'a resume address');
		leaks.push(...leaksOf(API_KEY, places), ...tokenLeaksOf(resumeAddresses, places));
	},
);
show(report);
if (leaks.length > 0) console.log('Secrets are in:', leaks.join(', '));
process.exit(isClean(report) && leaks.length === 0 ? 0 : 1);

/** Saves what helps to find out what happened to a task, because the cluster is gone after the run. */
async function save(places: readonly Place[]): Promise<void> {
	await mkdir(EVIDENCE, { recursive: true });
	for (const { name, text } of places) {
		await writeFile(path.join(EVIDENCE, name.replaceAll(path.sep, ' ')), text);
	}
}

/** Makes sure that the search for secrets looks at what it should. */
function assertContains(places: readonly Place[], name: string, text: string): void {
	const place = places.find((each) => each.name === name);
	if (!place?.text.includes(text)) throw new Error(`No "${text}" in the ${name}`);
}

function isEvidence({ name }: Place): boolean {
	return /^(database|items.*|lookups|log of .*)$|\.log$/.test(name);
}

function show({ tallies, audit, creating, kills, lookups }: ChaosReport): void {
	const killed = [...kills].map(([part, times]) => `${part} ${times}×`).join(', ');
	console.log(`\n${lookups} checks, one in five with a fault. Killed: ${killed}.\n`);
	console.table({ park: countsOf(tallies.park), keepRunning: countsOf(tallies.keepRunning) });
	const { foundAgain, ...found } = audit;
	console.table({ create: { started: creating, ...countsOf({ ...found, ...foundAgain }) } });
	const { doubled, paidTwice } = audit;
	const lists = { ...foundAgain, doubled, 'paid twice': paidTwice };
	for (const { lost, doubled } of Object.values(tallies)) showLists({ lost, doubled });
	showLists(lists);
}

function showLists(lists: Readonly<Record<string, readonly string[]>>): void {
	for (const [name, list] of Object.entries(lists)) {
		if (list.length > 0) console.log(`${name}: ${list.join(', ')}`);
	}
}

function countsOf(figures: object): Record<string, number> {
	const count = (value: number | readonly unknown[]) =>
		typeof value === 'number' ? value : value.length;
	return Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, count(value)]));
}

function isClean({ tallies: { park, keepRunning }, audit, kills }: ChaosReport): boolean {
	const accountedFor = [park, keepRunning].every(
		({ lost, doubled, wrong }) => lost.length + doubled.length + wrong.length === 0,
	);
	return accountedFor && kills.size > 0 && park.right === park.started && isPaidOnce(audit);
}

function isPaidOnce({ accepted, foundAgain, paidTwice, doubled, wrong }: Audit): boolean {
	const lost = Object.values(foundAgain).flat();
	// With its default settings, n8n itself overwrites executions
	if (lost.length > 0 && !defaultSettings) return false;
	return accepted > 0 && paidTwice.length + doubled.length + wrong.length === 0;
}
