import { apikleyVeo, type NodeSpec } from '../test/n8n-harness/workflows.mjs';
import type { Benchmark, Row } from './benchmark.mjs';
import type { Lab, Measured, Runner } from './test-bed.mjs';
import { inTurn } from './rounds.mjs';
import { ratioOf, sampleOf, shown } from './sample.mjs';

const MIB = 2 ** 20;
const LARGE_MIB = 1024;
const SMALL_MIB = 20;
const AT_A_TIME = 5;
const FEW = 10;
const MANY = 50;
const ROUNDS = 3;
const MOST_MEMORY_MIB = 64;
/** Of the time that the HTTP Request node takes. */
const MOST_TIME = 1.1;
/** What the same work takes more or less of, from one time to the next. */
const NOISE_MIB = 32;

export const downloads: Benchmark = {
	name: 'downloads',
	title: `Videos into n8n's binary data (files): one of ${LARGE_MIB} MiB; many of ${SMALL_MIB} MiB, ${AT_A_TIME} at a time`,
	async run(lab) {
		const ours = await lab.prepare(ourNode(lab));
		const theirs = await lab.prepare(httpRequest(lab));
		await warmUp(lab, ours, theirs);
		const [mine = [], other = [], few = [], many = []] = await inTurn(
			this.title,
			[
				async () => await measure(lab, ours, 1, LARGE_MIB),
				async () => await measure(lab, theirs, 1, LARGE_MIB),
				async () => await measure(lab, ours, FEW, SMALL_MIB),
				async () => await measure(lab, ours, MANY, SMALL_MIB),
			],
			ROUNDS,
		);
		return [...compared(mine, other), growth(few, many), await keyless(lab, ours)];
	},
};

function ourNode({ credential }: Lab): NodeSpec {
	const options = { maxConcurrency: AT_A_TIME };
	return apikleyVeo({ operation: 'download', taskId: '={{ $json.taskId }}', options }, credential);
}

/** n8n's own node, which is given the link to the video. */
function httpRequest({ simulator }: Lab): NodeSpec {
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

/** So that no side is measured while n8n compiles what it runs for the first time. */
async function warmUp(lab: Lab, ...runs: readonly Runner[]): Promise<void> {
	for (const run of runs) await measure(lab, run, AT_A_TIME, SMALL_MIB);
}

async function measure(
	{ simulator }: Lab,
	run: Runner,
	count: number,
	sizeMiB: number,
): Promise<Measured> {
	const taskIds = Array.from({ length: count }, (_, n) => `video-${n}`);
	await simulator.reset();
	await simulator.addTasks(taskIds.map((taskId) => ({ taskId })));
	await simulator.setVideoFaults('*', [
		{ kind: 'synthetic', bytes: sizeMiB * MIB, times: 'always' },
	]);
	const measured = await run(taskIds);
	const sizes = (measured.node.outputs[0] ?? []).map(({ binary }) => binary?.data?.bytes);
	if (sizes.length !== count || sizes.some((size) => size !== sizeMiB * MIB)) {
		throw new Error(`${count} videos of ${sizeMiB} MiB came as ${sizes.join(', ')} bytes`);
	}
	return measured;
}

function compared(mine: readonly Measured[], other: readonly Measured[]): Row[] {
	const times = (sides: readonly Measured[]) => sides.map(({ wallSeconds }) => wallSeconds);
	const memory = (sides: readonly Measured[]) => sampleOf(sides.map(({ memoryMiB }) => memoryMiB));
	const cpu = (sides: readonly Measured[]) => sides.map(({ cpuSeconds }) => cpuSeconds);
	const ratio = ratioOf(times(mine), times(other));
	return [
		{
			measure: `${LARGE_MIB} MiB: time`,
			ours: shown(sampleOf(times(mine)), ' s'),
			theirs: shown(sampleOf(times(other)), ' s'),
			result: shown(ratio),
			target: `≤ ${MOST_TIME}`,
			met: ratio.median <= MOST_TIME,
		},
		{
			measure: `${LARGE_MIB} MiB: CPU time`,
			ours: shown(sampleOf(cpu(mine)), ' s'),
			theirs: shown(sampleOf(cpu(other)), ' s'),
			result: shown(ratioOf(cpu(mine), cpu(other))),
			target: null,
			met: true,
		},
		{
			measure: `${LARGE_MIB} MiB: n8n's memory grows by`,
			ours: shown(memory(mine), ' MiB'),
			theirs: shown(memory(other), ' MiB'),
			result: `${memory(mine).most.toFixed(0)} MiB at the most`,
			target: `≤ ${MOST_MEMORY_MIB} MiB`,
			met: memory(mine).most <= MOST_MEMORY_MIB,
		},
	];
}

function growth(few: readonly Measured[], many: readonly Measured[]): Row {
	const grows = (sides: readonly Measured[]) => sampleOf(sides.map(({ memoryMiB }) => memoryMiB));
	const more = grows(many).median - grows(few).median;
	return {
		measure: `${MANY} videos, and ${FEW}: n8n's memory grows by`,
		ours: `${shown(grows(many), ' MiB')}, and ${shown(grows(few), ' MiB')}`,
		result: `${more.toFixed(0)} MiB more for ${MANY}`,
		target: `≤ ${NOISE_MIB} MiB`,
		met: more <= NOISE_MIB,
	};
}

/** What the host of a video was told, redirects included. */
async function keyless(lab: Lab, run: Runner): Promise<Row> {
	const { simulator } = lab;
	await simulator.reset();
	await simulator.setOptions({ logRequests: 'withHeaders' });
	await simulator.addTask({ taskId: 'redirected' });
	const location = `${simulator.videoBaseUrl.replace('127.0.0.1', 'localhost')}/videos/redirected/2.mp4`;
	await simulator.setVideoFaults('/videos/redirected/1.mp4', [{ kind: 'redirect', location }]);
	await run(['redirected']);
	const requests = await simulator.requests({ server: 'videos' });
	const told = requests.filter(({ headers }) => {
		const text = JSON.stringify(headers).toLowerCase();
		return text.includes('authorization') || text.includes(simulator.apiKey.toLowerCase());
	});
	return {
		measure: 'Requests to the hosts of the videos, a redirect among them',
		ours: String(requests.length),
		result: `${told.length} with a key`,
		target: '2, 0 with a key',
		met: requests.length === 2 && told.length === 0,
	};
}
