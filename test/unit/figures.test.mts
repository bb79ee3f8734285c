import { readPage } from './support/pages.mjs';

interface Claim {
	readonly page: string;
	/** Captures the figure if the page states it. */
	readonly says: RegExp;
	/** The name of the benchmark, and how the row begins that was measured. */
	readonly measured: readonly [benchmark: string, row: string];
	/** If the page states no figure, what the measured one must not exceed. */
	readonly atMost?: number;
	/** Default: Result. */
	readonly column?: 'Apikley Veo' | 'Result';
}

const benchmarks = 'docs/benchmarks.md';

const CLAIMS: readonly Claim[] = [
	{
		page: benchmarks,
		says: /A check takes less than half of the CPU time/,
		measured: ['lookups', 'CPU time, 10 at a time'],
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
		measured: ['slots', '500 executions, parked'],
	},
	{
		page: benchmarks,
		says: /other webhooks respond within two seconds/,
		measured: ['slots', 'response time of another webhook'],
		atMost: 2,
	},
	{
		page: benchmarks,
		says: /The download of a video of 1 GiB takes (\d+) MiB of memory/,
		measured: ['downloads', "1024 MiB: growth of n8n's memory"],
	},
	{
		page: benchmarks,
		says: /about as long as with the HTTP Request node/,
		measured: ['downloads', '1024 MiB: time'],
		atMost: 1.1,
	},
	{
		page: benchmarks,
		says: /and so does a creation/,
		measured: ['creations', 'CPU time'],
		atMost: 0.5,
	},
	{
		page: 'docs/paying-once.md',
		says: /saved the execution: (\d+) ms/,
		measured: ['creations', 'Parked: from when the API accepts the first of one creation'],
		column: 'Apikley Veo',
	},
	{
		page: benchmarks,
		says: /the next node gets half of the items within ([\d.]+) s/,
		measured: ['wake', "callbacks on time: from a task's end to the next node's request, median"],
	},
	{
		page: benchmarks,
		says: /each task is checked once/,
		measured: ['wake', 'callbacks on time: checks per task'],
		atMost: 1,
	},
	{
		page: 'docs/waking.md',
		says: /the execution continues within seconds/,
		measured: ['wake', "callbacks on time: from a task's end to the next node's request, 95 %"],
		atMost: 3,
	},
	{
		page: 'docs/downloads.md',
		says: /1 GiB takes less than 64 MiB of memory/,
		measured: ['downloads', "1024 MiB: growth of n8n's memory"],
		atMost: 63,
	},
];

const COLUMNS = { 'Apikley Veo': 1, Result: 3 };

/** The first figure in a cell of the row. */
function figureOf({ measured: [benchmark, row], column = 'Result' }: Claim): number {
	const sections = readPage(benchmarks).text.split(/^(?=## )/m);
	const section = sections.find((each) => each.includes(`npm run bench -- ${benchmark}\``)) ?? '';
	const line = section.split('\n').find((each) => each.startsWith(`| ${row}`)) ?? '';
	const cells = line.split('|').slice(1);
	return Number(/[\d.]+/.exec(cells[COLUMNS[column]] ?? '')?.[0]);
}

test.each(CLAIMS)('$page: $says is what was measured', (claim) => {
	const { page, says, atMost } = claim;
	const [isSaid, told] = says.exec(readPage(page).text.replace(/\s+/g, ' ')) ?? [];
	const figure = figureOf(claim);
	const isTrue = told === undefined ? figure <= Number(atMost) : rounded(figure, told) === told;
	expect({ isSaid: Boolean(isSaid), figure, isTrue }).toEqual({
		isSaid: true,
		figure,
		isTrue: true,
	});
});

/** With as many decimals as on the page. */
function rounded(figure: number, told: string): string {
	return figure.toFixed(told.split('.')[1]?.length ?? 0);
}
