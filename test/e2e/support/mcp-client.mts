import type { AxiosInstance } from 'axios';

import { createHttp } from '../../n8n-harness/http.mjs';

/** The result of a tool call. */
export interface ToolResult {
	content: Array<{ type: string; text: string }>;
	isError?: boolean;
}

/** The part of the Model Context Protocol (streamable HTTP) that calls tools, as an agent does. */
export class McpClient {
	private lastId = 0;

	private constructor(private readonly http: AxiosInstance) {}

	/** Throws an Error if no MCP server responds. */
	static async connect(url: string): Promise<McpClient> {
		const http = createHttp(url);
		http.defaults.headers.accept = 'application/json, text/event-stream';
		const client = new McpClient(http);
		await client.request('initialize', {
			protocolVersion: '2025-03-26',
			capabilities: {},
			clientInfo: { name: 'test', version: '1.0.0' },
		});
		await client.post({ method: 'notifications/initialized' });
		return client;
	}

	/** Lists the tools with their names, descriptions and `inputSchema`. */
	async listTools(): Promise<unknown[]> {
		return (await this.request<{ tools: unknown[] }>('tools/list', {})).tools;
	}

	async callTool(name: string, args: Readonly<Record<string, unknown>>): Promise<ToolResult> {
		return await this.request('tools/call', { name, arguments: args });
	}

	private async request<Result>(method: string, params: unknown): Promise<Result> {
		const text = await this.post({ id: ++this.lastId, method, params });
		// One event of a stream, with the response in its data line
		const json = /^data: (.*)$/m.exec(text)?.[1] ?? '{}';
		const { result, error } = JSON.parse(json) as { result?: Result; error?: unknown };
		if (result === undefined) throw new Error(`${method}: ${JSON.stringify(error ?? text)}`);
		return result;
	}

	private async post(message: object): Promise<string> {
		const body = { jsonrpc: '2.0', ...message };
		const { data, headers } = await this.http.post<string>('', body, { responseType: 'text' });
		const sessionId: unknown = headers['mcp-session-id'];
		if (typeof sessionId === 'string') this.http.defaults.headers['mcp-session-id'] = sessionId;
		return data;
	}
}
