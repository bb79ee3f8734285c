import { itemsOf, offerNodeAsTool, textOf, TOOL_TYPE } from '../support/node-as-tool.mjs';
import { API_KEY, testBed } from '../support/test-bed.mjs';

describe('As an AI tool', () => {
	test('n8n has a tool version of the node', async () => {
		const types = await testBed().client.nodeTypes();
		expect(types.find(({ name }) => name === TOOL_TYPE)).toMatchObject({ outputs: ['ai_tool'] });
	});

	test('the model learns what the tool does and needs, and gets the structured item', async () => {
		testBed().simulator.addTask({ taskId: 't' });
		const mcp = await offerNodeAsTool(testBed(), {
			operation: 'getStatus',
			outputMode: 'byStatus',
		});
		expect(await mcp.listTools()).toMatchObject([
			{
				name: 'Veo_task',
				description: expect.stringMatching(/video task/i),
				inputSchema: { properties: { taskId: { type: 'string' } }, required: ['taskId'] },
			},
		]);
		const response = await mcp.callTool('Veo_task', { taskId: 't' });
		expect(itemsOf(response)).toMatchObject([
			{ taskId: 't', status: 'succeeded', isFinal: true, wait: null },
		]);
	});

	test('the model learns why a call failed, and nothing about the key', async () => {
		testBed().simulator.setOptions({ apiKey: 'another-key' });
		const mcp = await offerNodeAsTool(testBed(), { operation: 'getStatus' });
		const rejected = await mcp.callTool('Veo_task', { taskId: 't' });
		expect(rejected.isError).toBe(true);
		expect(textOf(rejected)).toContain('401');
		expect(textOf(rejected)).not.toContain(API_KEY);
	});
});
