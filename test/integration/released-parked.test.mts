import { comparable, readParkedRuns, type ParkedRun } from '../released/parked-runs.mjs';
import type { RunResult } from './support/node-run.mjs';
import { ParkedExecution, useTimeTravel } from './support/parked-execution.mjs';
import { credential, jsonOf, linksOf, simulator, useSimulator } from './support/simulated.mjs';

useSimulator();
useTimeTravel();

const parkedRuns = readParkedRuns();

/** Resumes the execution until it has finished. */
async function resume({ run, saved, waitTill }: ParkedRun): Promise<RunResult> {
	const execution = await ParkedExecution.restore(
		{ ...run, credential: credential() },
		{ saved: JSON.stringify(saved), waitTill },
	);
	return await execution.finish();
}

test('there are parked executions of both execution orders', () => {
	const orders = parkedRuns.map(([, { run }]) => run.executionOrder);
	expect(orders).toEqual(expect.arrayContaining(['v0', 'v1']));
});

describe.each(parkedRuns)('the parked execution %s', (_, parkedRun) => {
	const { run, tasks, outputs } = parkedRun;

	beforeEach(() => simulator.addTasks(tasks));

	test('ends as it did with the version that parked it', async () => {
		const result = await resume(parkedRun);
		expect(result.status).toBe('success');
		expect(comparable(result)).toMatchObject(outputs);
		// What was done before is not looked up again
		const lookups = Object.fromEntries(tasks.map(({ taskId }) => [taskId, 1]));
		expect(simulator.summary().perTask).toEqual(lookups);
	});

	test('ends in problems that name its tasks if its form is unknown', async () => {
		const saved = withVersion(parkedRun.saved, 99);
		const result = await resume({ ...parkedRun, saved });
		expect(result.outputs.map((items) => items.length)).toEqual([0, 0, run.items.length]);
		expect(linksOf(result.outputs[2]).map(([, item]) => item)).toEqual([...run.items.keys()]);
		for (const { code, message } of jsonOf(result, 2)) {
			expect(code).toBe('UNKNOWN_SAVED_RUN');
			for (const { taskId } of tasks) expect(message).toContain(taskId);
		}
		expect(simulator.summary().requests).toBe(0);
	});
});

/** Changes the version of the saved run within the flatted entries of the execution. */
function withVersion(saved: unknown, version: number): unknown {
	const entries = saved as Array<Record<string, unknown>>;
	return entries.map((entry) =>
		typeof entry === 'object' && 'states' in entry ? { ...entry, version } : entry,
	);
}
