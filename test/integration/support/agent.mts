import type { IDataObject, INodeParameters, INodeType } from 'n8n-workflow';

import { apikleyVeoTool } from './built-node.mjs';
import { node, startExecution, type Credential } from './engine.mjs';

interface Tool {
	invoke(args: IDataObject): Promise<string>;
}

/** As much of an AI agent as calls its tool once. */
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
		return [[{ json: { answer: await tool?.invoke(args) } }]];
	},
};

/** What an agent reads when it uses the node as a tool, or why it failed. */
export async function answerToAgent(
	parameters: INodeParameters,
	args: IDataObject,
	credential: Credential,
): Promise<{ answer: unknown; error: string | null; saved: string }> {
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
	const answer = json?.json.answer;
	return {
		answer: typeof answer === 'string' ? (JSON.parse(answer) as unknown) : undefined,
		error: data.resultData.error?.message ?? null,
		saved: JSON.stringify(data),
	};
}
