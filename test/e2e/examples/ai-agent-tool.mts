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
async function call(tool: string, query: IDataObject): Promise<IDataObject[]> {
	const { client } = testBed();
	const { id } = await importExample('ai-agent-tool');
	// The name by which a model calls it
	const name = tool.replaceAll(' ', '_');
	const run = {
		runData: { Chat: [CHAT] },
		destinationNode: { nodeName: tool, mode: 'inclusive' },
		agentRequest: { query: { [name]: query }, tool: { name } },
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

test.concurrent('AI agent: the model starts a video, and later asks for its status', async () => {
	const { simulator } = testBed();
	const prompt = 'As the agent imagines it';
	simulator.planTasks(prompt, [{ durationLookups: 1 }]);
	const started = await call('Generate a video', { Prompt: prompt });
	const [taskId] = simulator.createdTasks(prompt);
	expect(started).toMatchObject([{ taskId, status: 'generating', isFinal: false, wait: null }]);

	const check = async () => await call('Check a video', { Task_ID: taskId });
	expect(await check()).toMatchObject([{ taskId, status: 'generating', videoUrl: null }]);
	const videoUrl = `${simulator.videoBaseUrl}/videos/${taskId}/1.mp4`;
	expect(await check()).toMatchObject([{ taskId, status: 'succeeded', videoUrl }]);
	expect(simulator.ledger({ prompt })).toHaveLength(1);
});
