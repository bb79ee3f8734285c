import type { IDataObject } from 'n8n-workflow';

import type { N8nClient } from './client.mjs';
import type { Execution } from './execution.mjs';

export interface ToolCall {
	workflowId: string;
	/** The trigger before the agent. */
	trigger: string;
	/** The node's name. */
	tool: string;
	/** The arguments, as a model would give them. */
	args: IDataObject;
}

/** Runs only a tool, without an agent or a model, as its Execute step button does. */
export async function runTool(client: N8nClient, call: ToolCall): Promise<Execution> {
	const { workflowId, trigger, tool, args } = call;
	// The name by which a model calls it
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
