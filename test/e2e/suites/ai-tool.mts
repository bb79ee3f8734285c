import type { INodeParameters } from 'n8n-workflow';

import { API_KEY, lab } from '../support/test-bed.mjs';
import type { McpClient } from '../support/mcp-client.mjs';
import { itemsOf, offerNodeAsTool, textOf, TOOL_TYPE } from '../support/node-as-tool.mjs';

const offerTool = async (parameters: INodeParameters): Promise<McpClient> =>
	await offerNodeAsTool(lab(), parameters);

describe('As an AI tool', () => {
	test('n8n has a tool made of the node', async () => {
		const types = await lab().client.nodeTypes();
		expect(types.find(({ name }) => name === TOOL_TYPE)).toMatchObject({ outputs: ['ai_tool'] });
	});

	test('the model is told what the tool does and what it needs', async () => {
		const mcp = await offerTool({ operation: 'getStatus' });
		expect(await mcp.listTools()).toMatchObject([
			{
				name: 'Veo_task',
				description: expect.stringMatching(/get the status of a video task/i),
				inputSchema: { properties: { taskId: { type: 'string' } }, required: ['taskId'] },
			},
		]);
	});

	test('Get Status as a tool answers with the structured item', async () => {
		lab().simulator.addTask({ taskId: 't' });
		const mcp = await offerTool({ operation: 'getStatus' });
		const answer = await mcp.callTool('Veo_task', { taskId: 't' });
		const videoUrl = `${lab().simulator.videoBaseUrl}/videos/t/1.mp4`;
		expect(itemsOf(answer)).toMatchObject([
			{ taskId: 't', status: 'succeeded', videoUrl, isFinal: true, wait: null },
		]);
	});

	test('Wait Until Complete as a tool answers when the task has ended', async () => {
		lab().simulator.addTask({ taskId: 't', durationLookups: 2 });
		const mcp = await offerTool({ operation: 'waitUntilComplete', polling: { interval: 0.1 } });
		const answer = await mcp.callTool('Veo_task', { taskId: 't' });
		expect(itemsOf(answer)).toMatchObject([
			{ taskId: 't', status: 'succeeded', wait: { lookups: 3 } },
		]);
	});

	test('set to be parked, it waits in memory all the same, as the agent does', async () => {
		lab().simulator.addTask({ taskId: 't', durationLookups: 2 });
		const polling = { parkAfter: 0, interval: 0.1 };
		const mcp = await offerTool({ operation: 'waitUntilComplete', whileWaiting: 'park', polling });
		const answer = await mcp.callTool('Veo_task', { taskId: 't' });
		expect(itemsOf(answer)).toMatchObject([
			{ taskId: 't', status: 'succeeded', wait: { lookups: 3 } },
		]);
	});

	test('a download answers with the whole item; the videos do no harm', async () => {
		lab().simulator.addTask({ taskId: 't', videos: 2 });
		const mcp = await offerTool({ operation: 'download', outputMode: 'byStatus' });
		const answer = await mcp.callTool('Veo_task', { taskId: 't' });
		expect(itemsOf(answer)).toMatchObject([{ taskId: 't', status: 'succeeded', isFinal: true }]);
	});

	test('by status too, whatever became of the task is in the answer', async () => {
		lab().simulator.addTasks([
			{ taskId: 'succeeded' },
			{ taskId: 'failed', ending: { kind: 'failed', successFlag: 2, errorCode: 400 } },
			{ taskId: 'generating', ending: { kind: 'never' } },
		]);
		const mcp = await offerTool({ operation: 'getStatus', outputMode: 'byStatus' });
		for (const status of ['succeeded', 'failed', 'generating']) {
			const answer = await mcp.callTool('Veo_task', { taskId: status });
			expect(itemsOf(answer)).toMatchObject([{ taskId: status, status }]);
		}
	});

	test('a failure tells the model what is wrong, and nothing of the key', async () => {
		lab().simulator.setOptions({ apiKey: 'another-key' });
		const mcp = await offerTool({ operation: 'getStatus' });
		const rejected = await mcp.callTool('Veo_task', { taskId: 't' });
		expect(rejected.isError).toBe(true);
		expect(textOf(rejected)).toContain('rejected the API key (401)');
		expect(textOf(rejected)).not.toContain(API_KEY);
		const empty = await mcp.callTool('Veo_task', { taskId: ' ' });
		expect(empty.isError).toBe(true);
		expect(textOf(empty)).toContain('Task ID is empty');
	});
});
