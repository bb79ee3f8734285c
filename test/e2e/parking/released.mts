/** Runs workflows that were saved with a released version in the current package. One of them is parked. */
import { readReleases } from '../../released/releases.mjs';
import { outputsOf, withCredential } from '../../released/saved-workflow.mjs';
import { resultOf, testBed } from '../support/test-bed.mjs';

const saved = readReleases().flatMap(({ version, workflows }) =>
	workflows.map((snapshot) => ({ version, name: snapshot.workflow.name, snapshot })),
);

test.concurrent.each(saved)(
	'the workflow $name, saved with $version, has the results of that version',
	async ({ snapshot: { workflow, tasks, outputs } }) => {
		const { client, credential, simulator, watcher } = testBed();
		simulator.addTasks(tasks);
		const { id } = await client.createWorkflow(withCredential(workflow, credential));
		const executionId = await client.runByHand(id, workflow.nodes[0]?.name ?? '');
		const { execution, run } = resultOf(await watcher.waitForEnd(executionId));
		expect(execution.status).toBe('success');
		// Later versions may add keys to an item
		expect(outputsOf(run)).toMatchObject(outputs);
	},
);
