/** The tools of the agent, each called as its button Execute step does: without a model. */
import type { IDataObject } from 'n8n-workflow';

import { runTool } from '../../n8n-harness/tool-run.mjs';
import { lab } from '../support/examples-test-bed.mjs';

/** What a model would get to read. */
async function call(tool: string, taskId: string): Promise<IDataObject[]> {
	const { id: workflowId } = await lab().importExample('ai-agent-tool');
	const toolCall = { workflowId, trigger: 'Chat', tool, args: { taskId } };
	const { error, nodes } = await runTool(lab().client, toolCall);
	expect(error).toBeNull();
	const [answers = []] = nodes[tool]?.otherOutputs.ai_tool ?? [];
	return answers.flatMap(({ json }) => json.response as IDataObject[]);
}

test.concurrent('AI agent: looks up the task that the model names', async () => {
	lab().simulator.addTask({ taskId: 'agent-look', ending: { kind: 'never' } });
	expect(await call('Check a video', 'agent-look')).toMatchObject([
		{ taskId: 'agent-look', status: 'generating', isFinal: false, videoUrl: null },
	]);
});

test.concurrent('AI agent: waits for the task that the model names', async () => {
	const { simulator } = lab();
	simulator.addTask({ taskId: 'agent-wait', durationLookups: 1 });
	expect(await call('Wait for a video', 'agent-wait')).toMatchObject([
		{
			taskId: 'agent-wait',
			status: 'succeeded',
			videoUrl: `${simulator.videoBaseUrl}/videos/agent-wait/1.mp4`,
			wait: { lookups: 2, timedOut: false },
		},
	]);
});
