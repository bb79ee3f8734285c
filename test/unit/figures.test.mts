import { readPage } from './support/pages.mjs';

interface Claim {
	readonly page: string;
	/** Captures the figure if the page tells it. */
	readonly says: RegExp;
	/** The name of the benchmark, and how the row begins that was measured. */
	readonly measured: readonly [benchmark: string, row: string];
	/** If the page tells no figure, what the measured one must not exceed. */
	readonly atMost?: number;
}

const benchmarks = 'docs/benchmarks.md';

const CLAIMS: readonly Claim[] = [
	{
		page: benchmarks,
		says: /A check takes less than half of the CPU time/,
		measured: ['lookups', 'CPU time, HTTP Request all at once'],
		atMost: 0.5,
	},
	{
		page: benchmarks,
		says: /5,000 tasks in one execution take (\d+) MiB/,
		measured: ['many', "Interval 60 s: growth of n8n's memory"],
	},
	{
		page: 'docs/waiting.md',
		says: /5,000 tasks in one execution take (\d+) MiB/,
		measured: ['many', "Interval 60 s: growth of n8n's memory"],
	},
	{
		page: benchmarks,
		says: /all end after (\d+) s/,
		measured: ['slots', '500 executions, park'],
	},
	{
		page: benchmarks,
		says: /other webhooks respond within a second/,
		measured: ['slots', 'response time of another webhook'],
		atMost: 1,
	},
	{
		page: benchmarks,
		says: /The download of a video of 1 GiB takes (\d+) MiB of memory/,
		measured: ['downloads', "1024 MiB: growth of n8n's memory"],
	},
	{
		page: benchmarks,
		says: /less than half of the time that the HTTP Request node takes/,
		measured: ['downloads', '1024 MiB: time'],
		atMost: 0.5,
	},
	{
		page: 'docs/downloads.md',
		says: /1 GiB takes a few MiB of memory/,
		measured: ['downloads', "1024 MiB: growth of n8n's memory"],
		atMost: 9,
	},
];

const RESULT_COLUMN = 3;

/** The first figure in the row's Result. */
function figureOf([benchmark, row]: Claim['measured']): number {
	const sections = readPage(benchmarks).text.split(/^(?=## )/m);
	const section = sections.find((each) => each.includes(`npm run bench -- ${benchmark}\``)) ?? '';
	const line = section.split('\n').find((each) => each.startsWith(`| ${row}`)) ?? '';
	const cells = line.split('|').slice(1);
	return Number(/[\d.]+/.exec(cells[RESULT_COLUMN] ?? '')?.[0]);
}

test.each(CLAIMS)('$page: $says is what was measured', ({ page, says, measured, atMost }) => {
	const said = says.exec(readPage(page).text.replace(/\s+/g, ' '));
	const figure = figureOf(measured);
	const [, told] = said ?? [];
	const isTrue =
		told === undefined ? figure <= Number(atMost) : Math.round(figure) === Number(told);
	expect({ isSaid: said !== null, figure, isTrue }).toEqual({ isSaid: true, figure, isTrue: true });
});
