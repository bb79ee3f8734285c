/** Runs the agent's tools as their Execute step button does, without a model. */
import type { IDataObject } from 'n8n-workflow';

import { runTool } from '../../n8n-harness/tool-run.mjs';
import { importExample } from '../support/examples.mjs';
import { testBed } from '../support/test-bed.mjs';

/** Returns what a model would read. */
async function call(tool: string, taskId: string): Promise<IDataObject[]> {
	const { id: workflowId } = await importExample('ai-agent-tool');
	const toolCall = { workflowId, trigger: 'Chat', tool, args: { taskId } };
	const { error, nodes } = await runTool(testBed().client, toolCall);
	expect(error).toBeNull();
	const [responses = []] = nodes[tool]?.otherOutputs.ai_tool ?? [];
	return responses.flatMap(({ json }) => json.response as IDataObject[]);
}

test.concurrent('AI agent: a tool looks up the task that the model names', async () => {
	testBed().simulator.addTask({ taskId: 'agent-look', ending: { kind: 'never' } });
	expect(await call('Check a video', 'agent-look')).toMatchObject([
		{ taskId: 'agent-look', status: 'generating', isFinal: false, videoUrl: null },
	]);
});

test.concurrent('AI agent: a tool waits for the task that the model names', async () => {
	const { simulator, addTasks } = testBed();
	addTasks('agent-wait');
	expect(await call('Wait for a video', 'agent-wait')).toMatchObject([
		{
			taskId: 'agent-wait',
			status: 'succeeded',
			videoUrl: `${simulator.videoBaseUrl}/videos/agent-wait/1.mp4`,
			wait: { lookups: 2, timedOut: false },
		},
	]);
});
