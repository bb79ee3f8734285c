import type { CredentialReference } from '../client.mjs';
import {
	apikleyVeo,
	manualTrigger,
	noOp,
	WorkflowBuilder,
	type NodeSpec,
	type Workflow,
} from '../workflows.mjs';
import type { DemoTask, TaskSource } from './task-source.mjs';

export const TRIGGER = 'Start';
/** The node whose results the demo prints. */
export const WAITING_NODE = 'Wait for the tasks';

/** Shows where to enter IDs. */
const PLACEHOLDER: DemoTask = {
	taskId: 'your-task-id',
	outcome: 'Replace it with the ID of your own task',
};

export function exampleName({ label }: TaskSource): string {
	return `Wait for Veo tasks (${label})`;
}

/** Waits for all tasks in parallel, and routes each by its status. */
export function exampleWorkflow(source: TaskSource, credential: CredentialReference): Workflow {
	const { interval, timeout } = source;
	const tasks = source.tasks.length > 0 ? source.tasks : [PLACEHOLDER];
	return new WorkflowBuilder(exampleName(source))
		.then(manualTrigger(TRIGGER))
		.then({
			name: 'Task IDs',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: { mode: 'raw', jsonOutput: JSON.stringify({ tasks }, null, 2), options: {} },
		})
		.then({
			name: 'One item per task',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			parameters: { fieldToSplitOut: 'tasks', options: {} },
		})
		.then(
			apikleyVeo(
				{
					operation: 'waitUntilComplete',
					taskId: '={{ $json.taskId }}',
					polling: { interval, timeout, onTimeout: 'output' },
					outputMode: 'byStatus',
				},
				credential,
				// A task that cannot be checked does not affect the others
				{ name: WAITING_NODE, onError: 'continueRegularOutput' },
			),
		)
		.branch(noOp('Use the videos'), noOp('Tell me'), noOp('Wait again later'))
		.add(note('About', INTRODUCTION, { height: 200, width: 560 }), [-40, -300])
		.add(note('About the wait', ABOUT_THE_WAIT, { height: 200, width: 440 }), [440, 200])
		.add(note('About the outputs', ABOUT_THE_OUTPUTS, { height: 280, width: 380 }), [1240, -90])
		.build();
}

/** A sticky note. */
export function note(
	name: string,
	content: string,
	size: { height: number; width: number },
): NodeSpec {
	const parameters = { content, ...size };
	return { name, type: 'n8n-nodes-base.stickyNote', typeVersion: 1, parameters };
}

const INTRODUCTION = `## Wait for Veo tasks and branch on the outcome
**Execute workflow** runs it again: all tasks are checked in parallel until each is complete or the wait times out.

The IDs are in **Task IDs**. In your own workflow they come from the node that creates the tasks.

\`npm start\` resets this workflow, so duplicate it to keep your changes.`;

const ABOUT_THE_WAIT = `### One node waits
*Wait Settings* say how often it checks and for how long. *Outputs: By Status* gives it three outputs.

Open it after a run: each item has \`status\`, \`successFlag\`, \`fallbackFlag\`, \`resolution\`, the video links, and in \`wait\` how often it was checked.`;

const ABOUT_THE_OUTPUTS = `### Where the tasks go
**Succeeded**: the links are in \`resultUrls\`. If \`fallbackFlag\` is true, the fallback model made the video: it is 720p, with no upgrade to 1080p.

**Failed**: \`failureKind\` says why. \`rejected\`: change the prompt or the image. \`provider\`: try the same again.

**Pending**: the wait timed out, but the task continues. Wait for the same ID again.`;
