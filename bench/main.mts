/**
 * `npm run bench`: measures the node in a real n8n, prints the figures, and saves them in docs/benchmarks.md. With names, e.g.
 * `npm run bench -- lookups`, it only runs those benchmarks and leaves the other sections as they are. Exits with code 1
 * when a target is missed.
 */
import type { Benchmark, Row } from './benchmark.mjs';
import { cost } from './cost.mjs';
import { creations } from './creations.mjs';
import { downloads } from './downloads.mjs';
import { lateness } from './lateness.mjs';
import { lookups } from './lookups.mjs';
import { many } from './many.mjs';
import { restarts } from './restarts.mjs';
import { savedSize } from './saved-size.mjs';
import { sideBySide } from './side-by-side.mjs';
import { slots } from './slots.mjs';
import { soak } from './soak.mjs';
import { saveSection } from './table.mjs';
import { TestBed } from './test-bed.mjs';
import { trigger } from './trigger.mjs';
import { wakeCalls } from './wake-calls.mjs';
import { wakeFaults } from './wake-faults.mjs';
import { wake } from './wake.mjs';

/** Their figures depend on how busy the machine is, so they run one after the other. */
const TIMED: readonly Benchmark[] = [
	lookups,
	sideBySide,
	lateness,
	slots,
	wake,
	wakeCalls,
	trigger,
	many,
	cost,
	creations,
	downloads,
];

/** The figures of these don't, so these rows run at the same time, after the timed benchmarks. */
const UNTIMED: ReadonlyArray<readonly Benchmark[]> = [[wakeFaults, restarts], [savedSize], [soak]];

const ALL = [...TIMED, ...UNTIMED.flat()];
const NAMES = ALL.map(({ name }) => name);

function selectorOf(names: readonly string[]): (benchmark: Benchmark) => boolean {
	const unknown = names.filter((name) => !NAMES.includes(name));
	if (unknown.length > 0) {
		throw new Error(`Unknown benchmarks: ${unknown.join(', ')}. Known: ${NAMES.join(', ')}`);
	}
	return ({ name }) => names.length === 0 || names.includes(name);
}

async function measureAll(isWanted: (benchmark: Benchmark) => boolean): Promise<Row[]> {
	const timed = await measureInTurn(TIMED.filter(isWanted));
	const untimed = await Promise.all(
		UNTIMED.map(async (benchmarks) => await measureInTurn(benchmarks.filter(isWanted))),
	);
	return [...timed, ...untimed.flat()];
}

/** Prints and saves each section as soon as it is measured, because a whole run takes more than an hour. */
async function measureInTurn(benchmarks: readonly Benchmark[]): Promise<Row[]> {
	if (benchmarks.length === 0) return [];
	const bed = await TestBed.open();
	const all: Row[] = [];
	try {
		for (const benchmark of benchmarks) {
			const rows = await measure(benchmark, bed);
			all.push(...rows);
			await save(benchmark, rows);
		}
	} finally {
		await bed.close();
	}
	return all;
}

/** If a benchmark fails, the others still run. */
async function measure(benchmark: Benchmark, bed: TestBed): Promise<Row[]> {
	try {
		return await benchmark.run(bed);
	} catch (error) {
		const result = error instanceof Error ? error.message : String(error);
		return [{ measure: 'Failed', ours: '', result, target: { text: 'a result', isMet: false } }];
	}
}

let lastSaved: Promise<void> = Promise.resolve();

/** All sections are in the same file, so one is saved after the other. */
async function save(benchmark: Benchmark, rows: readonly Row[]): Promise<void> {
	lastSaved = lastSaved.then(async () => {
		console.log(`\n${await saveSection(benchmark, rows, NAMES)}`);
	});
	await lastSaved;
}

const rows = await measureAll(selectorOf(process.argv.slice(2)));
const missed = rows.filter(({ target }) => target?.isMet === false);
console.log(missed.length === 0 ? 'All targets met.' : `Targets missed: ${missed.length}.`);
process.exitCode = missed.length === 0 ? 0 : 1;
