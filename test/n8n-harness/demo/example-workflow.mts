import {
	apikleyVeo,
	manualTrigger,
	noOp,
	WorkflowBuilder,
	type NodeSpec,
	type Workflow,
} from '../workflows.mjs';
import type { CredentialReference } from '../client.mjs';
import type { DemoTask, TaskSource } from './task-source.mjs';

export const TRIGGER = 'Start';
/** The node whose outputs the demo reads. */
export const WAITING_NODE = 'Wait for the tasks';

/** Stands where the user is to enter IDs. */
const PLACEHOLDER: DemoTask = {
	taskId: 'your-task-id',
	fate: 'Replace it with the ID of a task of your own',
};

export function exampleName({ label }: TaskSource): string {
	return `Wait for Veo tasks (${label})`;
}

/** Waits for all tasks side by side, and sends each on by its end. */
export function exampleWorkflow(source: TaskSource, credential: CredentialReference): Workflow {
	const tasks = source.tasks.length > 0 ? source.tasks : [PLACEHOLDER];
	return new WorkflowBuilder(exampleName(source))
		.then(manualTrigger(TRIGGER))
		.then(taskList(tasks))
		.then(splitOut())
		.then(waiting(source, credential))
		.branch(noOp('Use the videos'), noOp('Create the task again'), noOp('Wait again later'))
		.add(note('About', INTRODUCTION, { height: 200, width: 560 }), [-40, -300])
		.add(note('About the wait', ABOUT_THE_WAIT, { height: 200, width: 440 }), [440, 200])
		.add(note('About the outputs', ABOUT_THE_OUTPUTS, { height: 280, width: 380 }), [1240, -90])
		.build();
}

function taskList(tasks: readonly DemoTask[]): NodeSpec {
	return {
		name: 'Task IDs',
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: { mode: 'raw', jsonOutput: JSON.stringify({ tasks }, null, 2), options: {} },
	};
}

function splitOut(): NodeSpec {
	return {
		name: 'One item per task',
		type: 'n8n-nodes-base.splitOut',
		typeVersion: 1,
		parameters: { fieldToSplitOut: 'tasks', options: {} },
	};
}

function waiting({ interval, timeout }: TaskSource, credential: CredentialReference): NodeSpec {
	return apikleyVeo(
		{
			operation: 'waitUntilComplete',
			taskId: '={{ $json.taskId }}',
			polling: { interval, timeout, onTimeout: 'output' },
			outputMode: 'byStatus',
		},
		credential,
		// A task that cannot be looked up leaves the others alone
		{ name: WAITING_NODE, onError: 'continueRegularOutput' },
	);
}

function note(name: string, content: string, size: { height: number; width: number }): NodeSpec {
	return {
		name,
		type: 'n8n-nodes-base.stickyNote',
		typeVersion: 1,
		parameters: { content, ...size },
	};
}

const INTRODUCTION = `## Wait for Veo tasks, and branch on their ends
**Execute workflow** runs it again: the tasks are looked up side by side until each has ended or the wait times out.

The IDs stand in **Task IDs**. In a workflow of yours they come from wherever the tasks were created.

\`npm start\` sets this workflow back to what it was: duplicate it to keep changes.`;

const ABOUT_THE_WAIT = `### One node waits
*Polling* says how often it looks and for how long. *Output Mode: By Status* gives it three outputs.

Open it after a run: each item shows \`status\`, \`successFlag\`, \`fallbackFlag\`, \`resolution\`, the video links, and in \`wait\` the lookups it took.`;

const ABOUT_THE_OUTPUTS = `### Where the tasks go
**Succeeded**: the links are in \`resultUrls\`. \`fallbackFlag\` is true where the fallback model made the video: 720p, no upgrade to 1080p.

**Failed**: \`failureKind\` says why. \`rejected\`: change the prompt or the image. \`provider\`: try the same again.

**Still Generating**: the wait timed out, the task goes on. Wait for the same ID again.`;
