import type { IDataObject } from 'n8n-workflow';

import type { N8nClient } from './client.mjs';
import type { Execution } from './execution.mjs';

export interface ToolCall {
	workflowId: string;
	/** The trigger that the agent stands behind. */
	trigger: string;
	/** The node's name. */
	tool: string;
	/** What a model would fill in. */
	args: IDataObject;
}

/** Runs a tool alone, without agent and model, as its button Execute step does. */
export async function runTool(client: N8nClient, call: ToolCall): Promise<Execution> {
	const { workflowId, trigger, tool, args } = call;
	// As a model names it
	const name = tool.replaceAll(' ', '_');
	const triggered = {
		startTime: Date.now(),
		executionTime: 0,
		executionIndex: 0,
		executionStatus: 'success',
		source: [],
		data: { main: [[{ json: { chatInput: '', sessionId: 'test' } }]] },
	};
	const { executionId } = await client.send<{ executionId: string }>(
		'POST',
		`/rest/workflows/${workflowId}/run`,
		{
			runData: { [trigger]: [triggered] },
			destinationNode: { nodeName: tool, mode: 'inclusive' },
			agentRequest: { query: { [name]: args }, tool: { name } },
		},
	);
	return await client.waitForEnd(executionId);
}
