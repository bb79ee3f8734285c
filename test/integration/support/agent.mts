import type {
	EngineResponse,
	IDataObject,
	IExecuteFunctions,
	INodeParameters,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

import { apikleyVeoTool } from './built-node.mjs';
import { node, startExecution, type Credential } from './engine.mjs';

interface Tool {
	invoke(args: IDataObject): Promise<string>;
}

const TOOL = 'Apikley Veo';

const DESCRIPTION = {
	displayName: 'Agent',
	name: 'agent',
	group: ['transform'],
	version: 1,
	description: '',
	defaults: {},
	inputs: ['main', { type: 'ai_tool' }],
	outputs: ['main'],
	properties: [{ displayName: 'Arguments', name: 'arguments', type: 'json', default: '{}' }],
} satisfies INodeTypeDescription as INodeTypeDescription;

/** What starts the workflow. */
const start: INodeType = {
	description: { ...DESCRIPTION, displayName: 'Start', name: 'start', inputs: [], properties: [] },
	execute: async () => await Promise.resolve([[{ json: {} }]]),
};

function readArguments(context: IExecuteFunctions): IDataObject {
	return JSON.parse(context.getNodeParameter('arguments', 0) as string) as IDataObject;
}

/** The part of an AI Agent that calls its tool once, as a sub-node. The AI Agent does so up to version 2. */
const agentUpTo2: INodeType = {
	description: DESCRIPTION,
	async execute() {
		const [tool] = (await this.getInputConnectionData('ai_tool', 0)) as Tool[];
		return [[{ json: { response: await tool?.invoke(readArguments(this)) } }]];
	},
};

/** The same from version 3 on: n8n's engine runs the tool like any other node. */
const agentFrom3: INodeType = {
	description: DESCRIPTION,
	async execute(response?: EngineResponse) {
		const [call] = response?.actionResponses ?? [];
		if (call === undefined) {
			const input = readArguments(this);
			const action = { actionType: 'ExecutionNodeAction', nodeName: TOOL, input } as const;
			const actions = [{ ...action, type: 'ai_tool', id: 'call_1', metadata: {} } as const];
			return await Promise.resolve({ actions, metadata: {} });
		}
		const items = call.data.data?.ai_tool?.[0] ?? [];
		return [[{ json: { response: JSON.stringify(items.map(({ json }) => json)) } }]];
	},
};

const AGENTS = { 'up to 2': agentUpTo2, 'from 3 on': agentFrom3 } as const;
export type AgentVersion = keyof typeof AGENTS;
export const AGENT_VERSIONS = Object.keys(AGENTS) as AgentVersion[];

/** Runs the node as a tool of an agent: its `response` or `error` is what the agent reads. */
export async function runAsTool(
	parameters: INodeParameters,
	args: IDataObject,
	credential: Credential,
	version: AgentVersion = 'up to 2',
): Promise<{ response: unknown; error: string | null; saved: string }> {
	const { result } = startExecution({
		nodes: [
			node({ name: 'Start', type: 'start' }),
			node({ name: 'Agent', type: 'agent', parameters: { arguments: JSON.stringify(args) } }),
			node({
				name: TOOL,
				type: 'apikleyVeoTool',
				parameters,
				credentials: { apikleyApi: { id: '1', name: 'Apikley' } },
			}),
		],
		connections: {
			Start: { main: [[{ node: 'Agent', type: 'main', index: 0 }]] },
			[TOOL]: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
		},
		types: { start, agent: AGENTS[version], apikleyVeoTool },
		credential,
	});
	const { data } = await result;
	const [json] = data.resultData.runData.Agent?.at(-1)?.data?.main?.[0] ?? [];
	const response = json?.json.response;
	return {
		response: typeof response === 'string' ? (JSON.parse(response) as unknown) : undefined,
		error: data.resultData.error?.message ?? null,
		saved: JSON.stringify(data),
	};
}
