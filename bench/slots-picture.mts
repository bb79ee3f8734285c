import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { projectRoot } from '../test/n8n-harness/system/project-root.mjs';

export interface SlotSample {
	/** Seconds since the start. */
	readonly at: number;
	/** The number of executions that held a slot. */
	readonly held: number;
}

export interface Series {
	readonly name: string;
	readonly executions: number;
	readonly samples: readonly SlotSample[];
}

const WIDTH = 640;
const HEIGHT = 90;
const LEFT = 170;
const TOP = 24;
const GAP = 26;
const COLOURS = ['#1a7f4e', '#c2571a', '#7a5195'];

/** Draws the slots that each way of waiting held over time, one band each on a common time axis, for the README. */
export async function saveSlotsPicture(series: readonly Series[]): Promise<void> {
	const file = path.join(projectRoot(), 'docs', 'images', 'slots.svg');
	await mkdir(path.dirname(file), { recursive: true });
	await writeFile(file, draw(series));
}

function draw(series: readonly Series[]): string {
	const end = Math.max(...series.flatMap(({ samples }) => samples.map(({ at }) => at)));
	const max = Math.max(1, ...series.flatMap(({ samples }) => samples.map(({ held }) => held)));
	const bands = series.map((each, index) => drawBand(each, index, { end, max }));
	const height = TOP + series.length * (HEIGHT + GAP) + 20;
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LEFT + WIDTH + 20} ${height}" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${LEFT}" y="15" fill="#444">Execution slots held over time</text>
${bands.join('\n')}
${drawAxis(end, height - 22)}
</svg>
`;
}

interface Scale {
	readonly end: number;
	readonly max: number;
}

function drawBand(
	{ name, executions, samples }: Series,
	index: number,
	{ end, max }: Scale,
): string {
	const bottom = TOP + index * (HEIGHT + GAP) + HEIGHT;
	const x = (at: number) => (LEFT + (at / end) * WIDTH).toFixed(1);
	const y = (held: number) => (bottom - (held / max) * (HEIGHT - 10)).toFixed(1);
	const steps = samples.map(({ at, held }) => `H${x(at)}V${y(held)}`).join('');
	const last = x(samples.at(-1)?.at ?? 0);
	const label = `x="${LEFT - 12}" text-anchor="end"`;
	return `<text ${label} y="${bottom - HEIGHT / 2}" fill="#222">${name}</text>
<text ${label} y="${bottom - HEIGHT / 2 + 17}" fill="#888">${executions} executions</text>
<path d="M${LEFT} ${bottom}${steps}H${last}V${bottom}Z" fill="${COLOURS[index % COLOURS.length]}" fill-opacity="0.75"/>
<path d="M${LEFT} ${bottom}H${LEFT + WIDTH}" stroke="#bbb" fill="none"/>
<text x="${LEFT + WIDTH + 4}" y="${bottom}" fill="#888">0</text><text x="${LEFT + WIDTH + 4}" y="${bottom - HEIGHT + 20}" fill="#888">${max}</text>`;
}

function drawAxis(end: number, y: number): string {
	const minutes = Array.from({ length: Math.floor(end / 60) + 1 }, (_, minute) => minute);
	return minutes
		.map((minute) => {
			const x = (LEFT + ((minute * 60) / end) * WIDTH).toFixed(1);
			return `<text x="${x}" y="${y + 14}" text-anchor="middle" fill="#666">${minute} min</text>`;
		})
		.join('');
}
