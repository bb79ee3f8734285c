import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';

import { WorkflowBuilder } from '../../n8n-harness/workflows.mjs';
import type { Lab } from './test-bed.mjs';
import { McpClient, mcpUrl, type ToolAnswer } from './mcp-client.mjs';

/** The twin that n8n makes of the node. */
export const TOOL_TYPE = 'n8n-nodes-apikley.apikleyVeoTool';

/** The version of the MCP Server Trigger that speaks as our client does. */
export const MCP_TRIGGER = { type: '@n8n/n8n-nodes-langchain.mcpTrigger', typeVersion: 2 };

/** Offers the node as a tool, the task ID left to the caller, and connects to it as an agent's client would. */
export async function offerNodeAsTool(
	{ client, credential, n8n }: Lab,
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
	return await McpClient.connect(mcpUrl(n8n.url, path));
}

/** What the model gets to read. */
export const textOf = ({ content }: ToolAnswer) => content.map(({ text }) => text).join();

export const itemsOf = (answer: ToolAnswer) => JSON.parse(textOf(answer)) as IDataObject[];
