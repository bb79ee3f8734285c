import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { projectRoot } from '../test/n8n-harness/system/project-root.mjs';

/** So many executions held a slot, so many seconds after the start. */
export interface SlotSample {
	readonly at: number;
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

/** Draws, for the README, how many slots each way of waiting held over time: one band each, on one time axis. */
export async function keepSlots(series: readonly Series[]): Promise<void> {
	const file = path.join(projectRoot(), 'docs', 'images', 'slots.svg');
	await mkdir(path.dirname(file), { recursive: true });
	await writeFile(file, drawing(series));
}

function drawing(series: readonly Series[]): string {
	const end = Math.max(...series.flatMap(({ samples }) => samples.map(({ at }) => at)));
	const most = Math.max(1, ...series.flatMap(({ samples }) => samples.map(({ held }) => held)));
	const bands = series.map((each, index) => band(each, index, { end, most }));
	const height = TOP + series.length * (HEIGHT + GAP) + 20;
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LEFT + WIDTH + 20} ${height}" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${LEFT}" y="15" fill="#444">Execution slots held over time</text>
${bands.join('\n')}
${axis(end, height - 22)}
</svg>
`;
}

interface Scale {
	readonly end: number;
	readonly most: number;
}

function band({ name, executions, samples }: Series, index: number, { end, most }: Scale): string {
	const bottom = TOP + index * (HEIGHT + GAP) + HEIGHT;
	const x = (at: number) => (LEFT + (at / end) * WIDTH).toFixed(1);
	const y = (held: number) => (bottom - (held / most) * (HEIGHT - 10)).toFixed(1);
	const steps = samples.map(({ at, held }) => `H${x(at)}V${y(held)}`).join('');
	const last = x(samples.at(-1)?.at ?? 0);
	const label = `x="${LEFT - 12}" text-anchor="end"`;
	return `<text ${label} y="${bottom - HEIGHT / 2}" fill="#222">${name}</text>
<text ${label} y="${bottom - HEIGHT / 2 + 17}" fill="#888">${executions} executions</text>
<path d="M${LEFT} ${bottom}${steps}H${last}V${bottom}Z" fill="${COLOURS[index % COLOURS.length]}" fill-opacity="0.75"/>
<path d="M${LEFT} ${bottom}H${LEFT + WIDTH}" stroke="#bbb" fill="none"/>
<text x="${LEFT + WIDTH + 4}" y="${bottom}" fill="#888">0</text><text x="${LEFT + WIDTH + 4}" y="${bottom - HEIGHT + 20}" fill="#888">${most}</text>`;
}

function axis(end: number, y: number): string {
	const minutes = Array.from({ length: Math.floor(end / 60) + 1 }, (_, minute) => minute);
	return minutes
		.map((minute) => {
			const x = (LEFT + ((minute * 60) / end) * WIDTH).toFixed(1);
			return `<text x="${x}" y="${y + 14}" text-anchor="middle" fill="#666">${minute} min</text>`;
		})
		.join('');
}
