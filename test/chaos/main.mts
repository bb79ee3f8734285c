/**
 * `npm run test:chaos [-- --scenario mixed] [--minutes 15] [--seed 1] [--default-settings] [--sqlite]`: see scenarios.mts.
 * Exits with code 1 when a task is lost, paid twice or output twice, when an execution leaves no trace, stays parked or fails
 * without a known cause, or when the API key or the address of an execution has leaked. Afterwards, `coverage/chaos/` holds
 * what the cluster had stored.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import { findQueuePrograms } from '../n8n-harness/queue/programs.mjs';
import { prepareSandboxes } from '../n8n-harness/sandbox.mjs';
import { positiveInteger } from '../positive-integer.mjs';
import { runChaos, type ChaosReport } from './chaos.mjs';
import { leaksOf, placesOf, tokenLeaksOf, type Place } from './leaks.mjs';
import type { Audit } from './ledger-audit.mjs';
import { SCENARIOS, type Scenario } from './scenarios.mjs';
import { API_KEY } from './stage.mjs';

const EVIDENCE = path.join(projectRoot(), 'coverage', 'chaos');

const { values } = parseArgs({
	options: {
		scenario: { type: 'string', default: 'mixed' },
		minutes: { type: 'string', default: '15' },
		seed: { type: 'string', default: String(1 + (Date.now() % 1_000_000)) },
		sqlite: { type: 'boolean', default: false },
		'default-settings': { type: 'boolean', default: false },
	},
});
const { sqlite, 'default-settings': defaultSettings } = values;
const minutes = positiveInteger('minutes', values.minutes);
const seed = positiveInteger('seed', values.seed);
const scenario = SCENARIOS[values.scenario];
if (!scenario) {
	console.error(`There is no such scenario. There are: ${Object.keys(SCENARIOS).join(', ')}`);
	process.exit(1);
}
const programs = sqlite ? null : findQueuePrograms();
if (programs !== null && 'missing' in programs) {
	console.error(
		`Not found: ${programs.missing.join(', ')}. Install the missing programs, then run this again.`,
	);
	process.exit(1);
}
await prepareSandboxes();
console.log(`${minutes} minutes of chaos (${values.scenario}), seed ${seed}`);
const startedAt = Date.now();
const leaks: string[] = [];
const report = await runChaos(
	{
		programs,
		defaultSettings,
		scenario,
		seed,
		minutes,
		log: (message) =>
			console.log(`${Math.round((Date.now() - startedAt) / 1000)} s`.padStart(7), message),
	},
	async (system, { places: received, ledger, resumeAddresses }) => {
		const places = [...received, ...(await placesOf(system, programs))];
		await save([...ledger, ...places.filter(isEvidence)]);
		assertContains(places, 'video host', 'user-agent');
		assertContains(ledger, 'ledger', resumeAddresses[0] ?? 'a resume address');
		if (programs !== null) assertContains(places, 'database', 'chaos-create-0');
		leaks.push(...leaksOf(API_KEY, places), ...tokenLeaksOf(resumeAddresses, places));
	},
);
show(report);
if (leaks.length > 0) console.log('Secrets are in:', leaks.join(', '));
console.log(findings(report.audit));
process.exit(isClean(report, scenario) && leaks.length === 0 ? 0 : 1);

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

function show({ tallies, audit, stuck, kills, lookups }: ChaosReport): void {
	const killed = [...kills].map(([part, times]) => `${part} ${times}×`).join(', ');
	console.log(`\n${lookups.all} checks, ${lookups.faulty} with a fault. Killed: ${killed}.\n`);
	const { foundAgain, ...counts } = audit;
	const { park, keepRunning } = tallies;
	if (park.started > 0) {
		console.log('Tasks that were created elsewhere:');
		console.table({ park: countsOf(park), keepRunning: countsOf(keepRunning) });
	}
	console.log('Tasks that the executions created:');
	console.table({ create: countsOf({ ...counts, ...foundAgain }) });
	for (const { lost, doubled, unexplained } of Object.values(tallies)) {
		showLists({ lost, doubled, unexplained });
	}
	const { lost, doubled, paidTwice, unexplained } = audit;
	showLists({ ...foundAgain, lost, doubled, 'paid twice': paidTwice, unexplained });
	showLists({ 'executions that stay parked': stuck });
}

/** How the tasks are found again that n8n itself has lost. */
function findings({ foundAgain: { byCustomData, byTrigger, byLog }, lost }: Audit): string {
	const count = [byCustomData, byTrigger, byLog, lost].reduce((sum, { length }) => sum + length, 0);
	return (
		`Of ${count} tasks that n8n has lost, ${byCustomData.length} are found by the custom data of the execution, ` +
		`${byTrigger.length} by the trigger, ${byLog.length} in the account's log, and ${lost.length} by no step.`
	);
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

function isClean({ tallies, audit, stuck, kills }: ChaosReport, { isHarmless }: Scenario): boolean {
	const { park, keepRunning } = tallies;
	const accountedFor = [park, keepRunning].every(
		({ lost, doubled, wrong, unexplained }) =>
			lost.length + doubled.length + wrong.length + unexplained.length === 0,
	);
	// With its default settings, n8n itself overwrites executions
	const overwritten = defaultSettings ? park.overwritten : 0;
	const allOut = park.right + overwritten === park.started;
	const isKept = defaultSettings || keepRunning.overwritten === 0;
	const harmless = !isHarmless || isAllDelivered(audit);
	const isSettled = stuck.length === 0 && audit.unexplained.length === 0;
	const isHit = kills.size > 0;
	return accountedFor && allOut && isKept && harmless && isSettled && isHit && isPaidOnce(audit);
}

function isAllDelivered({ started, accepted, delivered }: Audit): boolean {
	return accepted === started && delivered === started;
}

function isPaidOnce({ accepted, foundAgain, lost, paidTwice, doubled, wrong }: Audit): boolean {
	if (Object.values(foundAgain).flat().length > 0 && !defaultSettings) return false;
	return accepted > 0 && lost.length + paidTwice.length + doubled.length + wrong.length === 0;
}
