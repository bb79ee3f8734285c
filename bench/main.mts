/**
 * `npm run bench`: measures the node in a real n8n, prints one table, and keeps it in docs/benchmarks.md. With names it
 * runs those benchmarks alone, e.g. `npm run bench -- lookups`, and leaves what was kept of the others. Ends with exit
 * code 1 when a target is missed.
 */
import type { Benchmark, Row } from './benchmark.mjs';
import { cost } from './cost.mjs';
import { downloads } from './downloads.mjs';
import { keepSection } from './kept-table.mjs';
import { Lab } from './test-bed.mjs';
import { lateness } from './lateness.mjs';
import { lookups } from './lookups.mjs';
import { many } from './many.mjs';
import { restarts } from './restarts.mjs';
import { savedSize } from './saved-size.mjs';
import { sideBySide } from './side-by-side.mjs';
import { soak } from './soak.mjs';
import { slots } from './slots.mjs';
import { tableOf, type Section } from './table.mjs';

const BENCHMARKS: readonly Benchmark[] = [
	lookups,
	sideBySide,
	lateness,
	slots,
	many,
	cost,
	downloads,
	savedSize,
	restarts,
	soak,
];

const KNOWN = BENCHMARKS.map(({ name }) => name);

function wanted(names: readonly string[]): readonly Benchmark[] {
	const unknown = names.filter((name) => !KNOWN.includes(name));
	if (unknown.length > 0) {
		throw new Error(`No such benchmark: ${unknown.join(', ')}. There are: ${KNOWN.join(', ')}`);
	}
	return names.length === 0 ? BENCHMARKS : BENCHMARKS.filter(({ name }) => names.includes(name));
}

/** What there is is kept at once, as a whole run takes more than an hour. */
async function measureAll(benchmarks: readonly Benchmark[]): Promise<Section[]> {
	const lab = await Lab.open();
	const sections: Section[] = [];
	try {
		for (const benchmark of benchmarks) {
			const { name, title } = benchmark;
			const section = { name, title, rows: await rowsOf(benchmark, lab) };
			sections.push(section);
			await keepSection(section, KNOWN);
		}
	} finally {
		await lab.close();
	}
	return sections;
}

/** One that breaks off does not take what the others have measured with it. */
async function rowsOf(benchmark: Benchmark, lab: Lab): Promise<Row[]> {
	try {
		return await benchmark.run(lab);
	} catch (error) {
		const result = error instanceof Error ? error.message : String(error);
		return [{ measure: 'Broke off', ours: '', result, target: 'an end', met: false }];
	}
}

const sections = await measureAll(wanted(process.argv.slice(2)));
console.log(`\n${tableOf(sections)}`);
const missed = sections.flatMap(({ rows }) => rows).filter(({ met }) => !met);
console.log(
	`\n${missed.length === 0 ? 'All targets are met.' : `Targets missed: ${missed.length}.`}`,
);
process.exitCode = missed.length === 0 ? 0 : 1;
