import axios from 'axios';

/** What an MCP server answers to a call of a tool. */
export interface ToolAnswer {
	content: Array<{ type: string; text: string }>;
	isError?: boolean;
}

export interface Tool {
	name: string;
	description: string;
	inputSchema: { properties: Record<string, unknown>; required?: string[] };
}

/** Where n8n answers the clients of an MCP Server Trigger. */
export const mcpUrl = (n8nUrl: string, path: string) => `${n8nUrl}/mcp/${path}`;

/** Just enough of the Model Context Protocol (streamable HTTP) to call tools as an agent does, without a model. */
export class McpClient {
	private lastId = 0;

	private constructor(
		private readonly url: string,
		private sessionId: string | null = null,
	) {}

	/** Throws an Error when no MCP server answers there. */
	static async connect(url: string): Promise<McpClient> {
		const client = new McpClient(url);
		await client.ask('initialize', {
			protocolVersion: '2025-03-26',
			capabilities: {},
			clientInfo: { name: 'test', version: '1.0.0' },
		});
		await client.post({ method: 'notifications/initialized' });
		return client;
	}

	async listTools(): Promise<Tool[]> {
		return (await this.ask<{ tools: Tool[] }>('tools/list', {})).tools;
	}

	async callTool(name: string, args: Readonly<Record<string, unknown>>): Promise<ToolAnswer> {
		return await this.ask<ToolAnswer>('tools/call', { name, arguments: args });
	}

	private async ask<Result>(method: string, params: unknown): Promise<Result> {
		const text = await this.post({ id: ++this.lastId, method, params });
		// One event of a stream, with the answer in its data line
		const json = /^data: (.*)$/m.exec(text)?.[1] ?? '{}';
		const { result, error } = JSON.parse(json) as { result?: Result; error?: unknown };
		if (result === undefined) throw new Error(`${method}: ${JSON.stringify(error ?? text)}`);
		return result;
	}

	private async post(message: object): Promise<string> {
		const { data, headers } = await axios.post<string>(
			this.url,
			{ jsonrpc: '2.0', ...message },
			{
				responseType: 'text',
				headers: {
					accept: 'application/json, text/event-stream',
					...(this.sessionId === null ? {} : { 'mcp-session-id': this.sessionId }),
				},
			},
		);
		const sessionId: unknown = headers['mcp-session-id'];
		if (typeof sessionId === 'string') this.sessionId = sessionId;
		return data;
	}
}
