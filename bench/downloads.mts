import type { NodeSpec } from '../test/n8n-harness/workflows.mjs';
import { atMost, type Benchmark, type Row } from './benchmark.mjs';
import { measureInRounds } from './rounds.mjs';
import { formatSample, ratioRow, sampleOf } from './sample.mjs';
import { createTasks, type Measured, type Runner, type TestBed } from './test-bed.mjs';

const MIB = 2 ** 20;
const LARGE_MIB = 1024;
const SMALL_MIB = 20;
const CONCURRENCY = 5;
const FEW = 10;
const MANY = 50;
const ROUNDS = 9;
const MAX_MEMORY_MIB = 64;
/** Relative to the HTTP Request node. */
const MAX_TIME_RATIO = 1.1;
/** How much the memory of the same work varies from run to run. */
const NOISE_MIB = 32;

const memoryOf = ({ memoryMiB }: Measured) => memoryMiB;

export const downloads: Benchmark = {
	name: 'downloads',
	title: `Videos into n8n's binary data (files): one of ${LARGE_MIB} MiB; many of ${SMALL_MIB} MiB, ${CONCURRENCY} at a time`,
	async run(bed) {
		const options = { maxConcurrency: CONCURRENCY };
		const ours = await bed.prepare(bed.veoNode({ operation: 'download', options }));
		const theirs = await bed.prepare(httpRequest(bed));
		// So that n8n has compiled everything before the first measurement
		for (const run of [ours, theirs]) await measure(bed, run, CONCURRENCY, SMALL_MIB);
		const [mine = [], other = [], few = [], many = []] = await measureInRounds(
			this.title,
			[
				async () => await measure(bed, ours, 1, LARGE_MIB),
				async () => await measure(bed, theirs, 1, LARGE_MIB),
				async () => await measure(bed, ours, FEW, SMALL_MIB),
				async () => await measure(bed, ours, MANY, SMALL_MIB),
			],
			ROUNDS,
		);
		return [...comparisonRows(mine, other), growthRow(few, many), await keyRow(bed, ours)];
	},
};

/** n8n's own node, which receives the link to the video. */
function httpRequest({ simulator }: TestBed): NodeSpec {
	return {
		name: 'HTTP Request',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.4,
		parameters: {
			url: `=${simulator.videoBaseUrl}/videos/{{ $json.taskId }}/1.mp4`,
			options: { response: { response: { responseFormat: 'file' } } },
		},
	};
}

async function measure(
	bed: TestBed,
	run: Runner,
	count: number,
	sizeMiB: number,
): Promise<Measured> {
	const tasks = createTasks('video', count);
	const bytes = sizeMiB * MIB;
	await bed.simulate(tasks);
	await bed.simulator.setVideoFaults('*', [{ kind: 'synthetic', bytes, times: 'always' }]);
	const measured = await run(tasks);
	const sizes = (measured.node.outputs[0] ?? []).map(({ binary }) => binary?.data?.bytes);
	if (sizes.length !== count || sizes.some((size) => size !== bytes)) {
		throw new Error(`${count} videos of ${sizeMiB} MiB have ${sizes.join(', ')} bytes`);
	}
	return measured;
}

function comparisonRows(ours: readonly Measured[], theirs: readonly Measured[]): Row[] {
	const times = [ours, theirs].map((side) => side.map(({ wallSeconds }) => wallSeconds));
	const cpuTimes = [ours, theirs].map((side) => side.map(({ cpuSeconds }) => cpuSeconds));
	const { max } = sampleOf(ours.map(memoryOf));
	return [
		ratioRow([`${LARGE_MIB} MiB: time`, ' s'], times[0] ?? [], times[1] ?? [], MAX_TIME_RATIO),
		ratioRow([`${LARGE_MIB} MiB: CPU time`, ' s'], cpuTimes[0] ?? [], cpuTimes[1] ?? []),
		{
			measure: `${LARGE_MIB} MiB: growth of n8n's memory`,
			ours: formatSample(ours.map(memoryOf), ' MiB'),
			theirs: formatSample(theirs.map(memoryOf), ' MiB'),
			result: `at most ${max.toFixed(0)} MiB`,
			target: atMost(max, MAX_MEMORY_MIB, ' MiB'),
		},
	];
}

function growthRow(few: readonly Measured[], many: readonly Measured[]): Row {
	const [ofFew, ofMany] = [few.map(memoryOf), many.map(memoryOf)];
	const difference = sampleOf(ofMany).median - sampleOf(ofFew).median;
	return {
		measure: `${MANY} videos, and ${FEW}: growth of n8n's memory`,
		ours: `${formatSample(ofMany, ' MiB')}, and ${formatSample(ofFew, ' MiB')}`,
		result: `${difference.toFixed(0)} MiB more for ${MANY}`,
		target: atMost(difference, NOISE_MIB, ' MiB'),
	};
}

/** Looks for the key in everything that the video hosts receive, including after a redirect. */
async function keyRow(bed: TestBed, run: Runner): Promise<Row> {
	const { simulator } = bed;
	const task = { taskId: 'redirected' };
	await bed.simulate([task], { logHeaders: true });
	const otherHost = simulator.videoBaseUrl.replace('127.0.0.1', 'localhost');
	await simulator.setVideoFaults('/videos/redirected/1.mp4', [
		{ kind: 'redirect', location: `${otherHost}/videos/redirected/2.mp4` },
	]);
	await run([task]);
	const requests = await simulator.requests({ server: 'videos' });
	const withKey = requests.filter(({ headers }) => {
		const text = JSON.stringify(headers).toLowerCase();
		return text.includes('authorization') || text.includes(simulator.apiKey.toLowerCase());
	});
	return {
		measure: 'Requests to the video hosts, including a redirect',
		ours: String(requests.length),
		result: `${withKey.length} with a key`,
		target: {
			text: '2, 0 with a key',
			isMet: requests.length === 2 && withKey.length === 0,
		},
	};
}
