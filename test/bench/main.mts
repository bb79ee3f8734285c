/**
 * `npm run bench`: measures the node in a real n8n and prints one table. With names it runs those benchmarks alone,
 * e.g. `npm run bench -- lookups`. Ends with exit code 1 when a target is missed.
 */
import type { Benchmark } from './benchmark.mjs';
import { cost } from './cost.mjs';
import { Lab } from './lab.mjs';
import { lateness } from './lateness.mjs';
import { lookups } from './lookups.mjs';
import { many } from './many.mjs';
import { restarts } from './restarts.mjs';
import { savedSize } from './saved-size.mjs';
import { sideBySide } from './side-by-side.mjs';
import { slots } from './slots.mjs';
import { tableOf, type Section } from './table.mjs';

const BENCHMARKS: readonly Benchmark[] = [
	lookups,
	sideBySide,
	cost,
	lateness,
	savedSize,
	slots,
	many,
	restarts,
];

function wanted(names: readonly string[]): readonly Benchmark[] {
	const unknown = names.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
	if (unknown.length > 0) {
		const known = BENCHMARKS.map(({ name }) => name).join(', ');
		throw new Error(`No such benchmark: ${unknown.join(', ')}. There are: ${known}`);
	}
	return names.length === 0 ? BENCHMARKS : BENCHMARKS.filter(({ name }) => names.includes(name));
}

async function measureAll(benchmarks: readonly Benchmark[]): Promise<Section[]> {
	const lab = await Lab.open();
	const sections: Section[] = [];
	try {
		for (const benchmark of benchmarks) {
			sections.push({ title: benchmark.title, rows: await benchmark.run(lab) });
		}
	} finally {
		await lab.close();
	}
	return sections;
}

const sections = await measureAll(wanted(process.argv.slice(2)));
console.log(`\n${tableOf(sections)}`);
const missed = sections.flatMap(({ rows }) => rows).filter(({ met }) => !met);
console.log(
	`\n${missed.length === 0 ? 'All targets are met.' : `Targets missed: ${missed.length}.`}`,
);
process.exitCode = missed.length === 0 ? 0 : 1;
