import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { manualTrigger, WorkflowBuilder } from '../../n8n-harness/workflows.mjs';
import { createdWithoutId } from '../../simulator/creation-plan.mjs';
import { ChatModel } from '../support/chat-model.mjs';
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

describe.each([
	// It tells its model nothing about a tool that fails
	{ typeVersion: 2.2, settings: { onError: 'continueRegularOutput' }, tasksOfTwoCalls: 1 },
	{ typeVersion: 3.1, settings: {}, tasksOfTwoCalls: 2 },
] as const)('As a tool of the AI Agent $typeVersion', (agent) => {
	const { typeVersion, settings, tasksOfTwoCalls } = agent;
	let model: ChatModel;
	beforeAll(async () => (model = await ChatModel.open()));
	afterAll(async () => await model.close());

	/** Runs an agent that calls the node in one message. Returns what its model was told. */
	async function told(parameters: INodeParameters, ...calls: IDataObject[]): Promise<string> {
		const { client, credential } = testBed();
		model.calls = calls;
		const openAiApi = await client.createCredential('openAiApi', model.credential);
		const workflow = new WorkflowBuilder('Agent', { executionOrder: 'v1' })
			.then(manualTrigger())
			.then({
				name: 'Agent',
				type: '@n8n/n8n-nodes-langchain.agent',
				typeVersion,
				parameters: { promptType: 'define', text: 'Make a video.' },
			})
			.add({
				name: 'Model',
				type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
				typeVersion: 1.2,
				credentials: { openAiApi },
				parameters: { model: { mode: 'list', value: 'any' } },
			})
			.add({
				name: 'Generate a video',
				type: TOOL_TYPE,
				typeVersion: 1,
				...settings,
				credentials: { apikleyApi: credential },
				parameters: {
					resource: 'video',
					operation: 'generate',
					prompt: "={{ $fromAI('prompt', 'What the video shows', 'string') }}",
					...parameters,
				},
			})
			.connect('Model', 'Agent', 0, 'ai_languageModel')
			.connect('Generate a video', 'Agent', 0, 'ai_tool');
		const { id } = await client.createWorkflow(workflow.build());
		const { error, nodes } = await client.waitForEnd(await client.runByHand(id, 'Start'));
		expect(error).toBeNull();
		return String(nodes.Agent?.outputs[0]?.[0]?.json.output);
	}

	test('it waits in memory, downloads nothing, and tells the model the link', async () => {
		const { simulator } = testBed();
		const prompt = `For the agent ${typeVersion}`;
		simulator.planTasks(prompt, [{ durationLookups: 1 }]);
		const polling = { initialDelay: 0, interval: 1 };
		const text = await told({ whileWaiting: 'park', polling }, { prompt });
		const [taskId = ''] = simulator.createdTasks(prompt);
		const videoUrl = `${simulator.videoBaseUrl}/videos/${taskId}/1.mp4`;
		expect(text).toContain('succeeded');
		expect(text).toContain(videoUrl);
		expect(simulator.requests({ server: 'videos', taskId })).toEqual([]);
		expect(simulator.ledger({ prompt })).toHaveLength(1);
	});

	test('the model learns not to create a task again that may exist', async () => {
		const { simulator } = testBed();
		const prompt = `Uncertain for the agent ${typeVersion}`;
		simulator.planCreations(prompt, [createdWithoutId()]);
		expect(await told({ waitForCompletion: false }, { prompt })).toMatch(/was not created again/);
		expect(simulator.ledger({ prompt })).toHaveLength(1);
	});

	test('two equal calls in one message', async () => {
		const { simulator } = testBed();
		const prompt = `Twice for the agent ${typeVersion}`;
		const text = await told({ waitForCompletion: false }, { prompt }, { prompt });
		const taskIds = simulator.createdTasks(prompt);
		expect(taskIds).toHaveLength(tasksOfTwoCalls);
		expect(simulator.ledger({ prompt })).toHaveLength(tasksOfTwoCalls);
		for (const taskId of taskIds) expect(text).toContain(taskId);
		expect(text).not.toContain('CREATION_UNCERTAIN');
	});
});
