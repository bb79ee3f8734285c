import type { CredentialReference } from '../client.mjs';
import { apikleyVeo, manualTrigger, noOp, WorkflowBuilder, type Workflow } from '../workflows.mjs';
import { note, TRIGGER } from './example-workflow.mjs';
import type { Generation } from './task-source.mjs';

/** The node whose results the demo prints. */
export const GENERATING_NODE = 'Generate the videos';

export const GENERATION_NAME = 'Generate Veo videos (simulator)';

/** Creates a video from each prompt. The execution is parked until callbacks wake it, and then downloads the files. */
export function generationWorkflow(
	{ prompts, timeout }: Generation,
	credential: CredentialReference,
): Workflow {
	const list = { prompts: prompts.map((prompt) => ({ prompt })) };
	return new WorkflowBuilder(GENERATION_NAME)
		.then(manualTrigger(TRIGGER))
		.then({
			name: 'Prompts',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: { mode: 'raw', jsonOutput: JSON.stringify(list, null, 2), options: {} },
		})
		.then({
			name: 'One item per prompt',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			parameters: { fieldToSplitOut: 'prompts', options: {} },
		})
		.then(
			apikleyVeo(
				{
					resource: 'video',
					operation: 'generate',
					prompt: '={{ $json.prompt }}',
					whileWaiting: 'park',
					polling: { timeout },
				},
				credential,
				{ name: GENERATING_NODE },
			),
		)
		.then(noOp('Use the files'))
		.add(note('About', INTRODUCTION, { height: 180, width: 560 }), [-40, -260])
		.add(note('About the wait', ABOUT_THE_WAIT, { height: 200, width: 440 }), [560, 200])
		.build();
}

const INTRODUCTION = `## Generate videos and download them
**Execute workflow** runs it again: each item in **Prompts** becomes a video file.

The simulator makes the same short test video of any prompt. \`npm start\` resets this workflow, so duplicate it to keep your changes.`;

const ABOUT_THE_WAIT = `### One node creates, waits and downloads
While the tasks run, the execution is parked: see *Waiting* under **Executions**. The callback of a finished task wakes it.

Open the node after a run: the files are in its output, ready for the next node.`;
