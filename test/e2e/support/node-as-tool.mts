import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';

import { WorkflowBuilder } from '../../n8n-harness/workflows.mjs';
import { McpClient, type ToolResult } from './mcp-client.mjs';
import type { TestBed } from './test-bed.mjs';

/** The tool version that n8n creates of the node. */
export const TOOL_TYPE = 'n8n-nodes-apikley.apikleyVeoTool';

/** The MCP Server Trigger, in the version whose protocol our client speaks. */
export const MCP_TRIGGER = { type: '@n8n/n8n-nodes-langchain.mcpTrigger', typeVersion: 2 };

/** Offers the node as a tool that takes a task ID, and connects to it as an agent's client would. */
export async function offerNodeAsTool(
	{ client, credential, n8n }: TestBed,
	parameters: INodeParameters,
): Promise<McpClient> {
	const path = randomUUID();
	const workflow = new WorkflowBuilder('Tool')
		.then({
			...MCP_TRIGGER,
			name: 'MCP Server',
			webhookId: path,
			parameters: { path, authentication: 'none' },
		})
		.add({
			name: 'Veo task',
			type: TOOL_TYPE,
			typeVersion: 1,
			credentials: { apikleyApi: credential },
			parameters: {
				resource: 'videoTask',
				taskId: "={{ $fromAI('taskId', 'ID of the video task', 'string') }}",
				...parameters,
			},
		})
		.connect('Veo task', 'MCP Server', 0, 'ai_tool');
	await client.activateWorkflow(await client.createWorkflow(workflow.build()));
	return await McpClient.connect(`${n8n.url}/mcp/${path}`);
}

/** The text that the model reads. */
export const textOf = ({ content }: ToolResult) => content.map(({ text }) => text).join();

export const itemsOf = (result: ToolResult) => JSON.parse(textOf(result)) as IDataObject[];
