import type { IDataObject, INodeParameters, INodeType } from 'n8n-workflow';

import { apikleyVeoTool } from './built-node.mjs';
import { node, startExecution, type Credential } from './engine.mjs';

interface Tool {
	invoke(args: IDataObject): Promise<string>;
}

/** The part of an AI agent that calls its tool once. */
const agent: INodeType = {
	description: {
		displayName: 'Agent',
		name: 'agent',
		group: ['trigger'],
		version: 1,
		description: '',
		defaults: {},
		inputs: [{ type: 'ai_tool' }],
		outputs: ['main'],
		properties: [{ displayName: 'Arguments', name: 'arguments', type: 'json', default: '{}' }],
	},
	async execute() {
		const [tool] = (await this.getInputConnectionData('ai_tool', 0)) as Tool[];
		const args = JSON.parse(this.getNodeParameter('arguments', 0) as string) as IDataObject;
		return [[{ json: { response: await tool?.invoke(args) } }]];
	},
};

/** Runs the node as a tool of an agent: its `response` or `error` is what the agent reads. */
export async function runAsTool(
	parameters: INodeParameters,
	args: IDataObject,
	credential: Credential,
): Promise<{ response: unknown; error: string | null; saved: string }> {
	const { result } = startExecution({
		nodes: [
			node({ name: 'Agent', type: 'agent', parameters: { arguments: JSON.stringify(args) } }),
			node({
				name: 'Apikley Veo',
				type: 'apikleyVeoTool',
				parameters,
				credentials: { apikleyApi: { id: '1', name: 'Apikley' } },
			}),
		],
		connections: { 'Apikley Veo': { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] } },
		types: { agent, apikleyVeoTool },
		credential,
	});
	const { data } = await result;
	const [json] = data.resultData.runData.Agent?.[0]?.data?.main?.[0] ?? [];
	const response = json?.json.response;
	return {
		response: typeof response === 'string' ? (JSON.parse(response) as unknown) : undefined,
		error: data.resultData.error?.message ?? null,
		saved: JSON.stringify(data),
	};
}
