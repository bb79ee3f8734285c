import type { IDataObject } from 'n8n-workflow';

import { lostCallback } from '../test/simulator/callback-script.mjs';
import { atMost, type Benchmark, type Row } from './benchmark.mjs';
import { count, waitUntil } from './executions.mjs';
import { startProbes } from './probes.mjs';
import { repeat } from './repeat.mjs';
import type { TestBed } from './test-bed.mjs';
import { startVideos } from './videos.mjs';

const [FORGED_CALLS, FORGED_EXECUTIONS, FORGED_SECONDS] = [10_000, 100, 60];
/** n8n itself needs about 30 ms of CPU time for a call with the right signature, and 4 ms for any other. */
const RIGHT_EVERY = 50;
const BURST = 10;

/** n8n's response to a forged call, by what is wrong with it besides its task. */
const EXPECTED_STATUS = { nothing: 200, signature: 401, execution: 404 };

export const wakeCalls: Benchmark = {
	name: 'wake-calls',
	title: 'Parked executions that are called in vain',
	run: flood,
};

/** Forged callbacks for parked executions: for other tasks, with a wrong signature, and of other executions. */
async function flood(bed: TestBed): Promise<Row[]> {
	const { client, simulator } = bed;
	await bed.simulate([], { callbacks: lostCallback() });
	await simulator.planTasks('*', [{ ending: { kind: 'never' } }]);
	const { workflowId, sink } = await startVideos(bed, FORGED_EXECUTIONS);
	const addresses = (await simulator.ledger({ kind: 'generate' })).map(
		({ content }) => new URL(String((content as IDataObject).callBackUrl)),
	);
	const stopProbes = await startProbes(client);
	const calls: Array<Promise<number>> = [];
	const startedAt = performance.now();
	const stop = repeat((FORGED_SECONDS * 1_000 * BURST) / FORGED_CALLS, () => {
		for (let burst = 0; burst < BURST && calls.length < FORGED_CALLS; burst++) {
			calls.push(forge(addresses, calls.length));
		}
	});
	await waitUntil(async () => await Promise.resolve(calls.length === FORGED_CALLS));
	const statuses = await Promise.all(calls);
	const seconds = (performance.now() - startedAt) / 1000;
	await stop();
	const { responded } = await stopProbes();
	const parked = await count(bed, workflowId, 'waiting');
	const { requests } = await simulator.summary();
	const lookups = requests - FORGED_EXECUTIONS;
	const perStatus = Object.values(EXPECTED_STATUS).map(
		(status) => `${statuses.filter((each) => each === status).length} × ${status}`,
	);
	const unexpected = statuses.filter(
		(status, number) => status !== EXPECTED_STATUS[faultOf(number)],
	);
	for (const { id } of await client.listExecutions({ workflowId })) await client.stopExecution(id);
	await sink.close();
	const measure = `${FORGED_CALLS} forged callbacks in ${FORGED_SECONDS} s for ${FORGED_EXECUTIONS} parked executions, one in ${RIGHT_EVERY} with the right signature`;
	return [
		{
			measure,
			ours: `${perStatus.join(', ')} in ${seconds.toFixed(0)} s`,
			result: `${unexpected.length} unexpected responses, ${lookups} checks, ${sink.received.length} items, ${parked} still parked`,
			target: {
				text: '0 unexpected responses, 0 checks, 0 items',
				isMet:
					unexpected.length === 0 &&
					lookups === 0 &&
					sink.received.length === 0 &&
					parked === FORGED_EXECUTIONS,
			},
		},
		{
			measure: '  response time of another webhook, called each second',
			ours: `at most ${responded.max.toFixed(2)} s`,
			result: `${responded.max.toFixed(2)} s`,
			target: atMost(responded.max, 2, ' s'),
		},
	];
}

function faultOf(number: number): keyof typeof EXPECTED_STATUS {
	const position = number % RIGHT_EVERY;
	if (position === 0) return 'nothing';
	return position > 0.9 * RIGHT_EVERY ? 'execution' : 'signature';
}

/** Resolves with the status of the response; 0 without one. */
async function forge(addresses: readonly URL[], number: number): Promise<number> {
	const url = new URL(addresses[number % addresses.length] ?? '');
	const fault = faultOf(number);
	if (fault !== 'nothing') url.searchParams.set('signature', '0'.repeat(64));
	if (fault === 'execution') url.pathname = url.pathname.replace(/\d+/, '0');
	const body = JSON.stringify({ code: 200, data: { taskId: `forged-${number}` } });
	const headers = { 'content-type': 'application/json' };
	try {
		return (await fetch(url, { method: 'POST', headers, body })).status;
	} catch {
		return 0;
	}
}
