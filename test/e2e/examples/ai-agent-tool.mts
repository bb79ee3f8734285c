/** Runs the agent's tools as their Execute step button does, without a model. */
import type { IDataObject } from 'n8n-workflow';

import { importExample } from '../support/examples.mjs';
import { testBed } from '../support/test-bed.mjs';

/** What the trigger before the agent has output. */
const CHAT = {
	startTime: 0,
	executionTime: 0,
	executionIndex: 0,
	executionStatus: 'success',
	source: [],
	data: { main: [[{ json: { chatInput: '', sessionId: 'test' } }]] },
};

/** Returns what a model would read. */
async function call(tool: string, taskId: string): Promise<IDataObject[]> {
	const { client } = testBed();
	const { id } = await importExample('ai-agent-tool');
	// The name by which a model calls it
	const name = tool.replaceAll(' ', '_');
	const run = {
		runData: { Chat: [CHAT] },
		destinationNode: { nodeName: tool, mode: 'inclusive' },
		agentRequest: { query: { [name]: { taskId } }, tool: { name } },
	};
	const { executionId } = await client.send<{ executionId: string }>(
		'POST',
		`/rest/workflows/${id}/run`,
		run,
	);
	const { error, nodes } = await client.waitForEnd(executionId);
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
