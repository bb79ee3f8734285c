/** Workflows that were saved with a released version, in the package of today: one of them is parked. */
import { readReleases } from '../../released/releases.mjs';
import { outputsOf, withCredential } from '../../released/saved-workflow.mjs';
import { resultOf } from '../support/test-bed.mjs';
import { lab } from '../support/parking-test-bed.mjs';

const saved = readReleases().flatMap(({ version, workflows }) =>
	workflows.map((kept) => ({ version, name: kept.workflow.name, kept })),
);

test.concurrent.each(saved)(
	'saved with $version: $name gives what it gave',
	async ({ kept: { workflow, tasks, outputs } }) => {
		const { client, credential, simulator, watch } = lab();
		simulator.addTasks(tasks);
		const { id } = await client.createWorkflow(withCredential(workflow, credential));
		const executionId = await client.runByHand(id, workflow.nodes[0]?.name ?? '');
		const { execution, run } = resultOf(await watch.untilEnded(executionId));
		expect(execution.status).toBe('success');
		// An item may have got more keys
		expect(outputsOf(run)).toMatchObject(outputs);
	},
);
