import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json as readJson } from 'node:stream/consumers';

/** The part of a request to OpenAI's chat completions that matters here. */
interface ChatRequest {
	readonly messages: ReadonlyArray<{ readonly role: string; readonly content: string }>;
	readonly tools: ReadonlyArray<{ readonly function: { readonly name: string } }>;
}

/** A chat model with OpenAI's API. It calls its first tool in one message, and says then what the tool has told it. */
export class ChatModel {
	/** By which it calls the tool: once for each of them. */
	calls: readonly IDataObject[] = [];

	private constructor(private readonly server: Server) {}

	static async open(): Promise<ChatModel> {
		const model = new ChatModel(createServer());
		model.server.on('request', (request, response) => {
			void readJson(request).then((body) => {
				const message = model.reply(body as ChatRequest);
				const choices = [{ index: 0, message: { role: 'assistant', ...message } }];
				response.setHeader('content-type', 'application/json');
				response.end(JSON.stringify({ object: 'chat.completion', choices }));
			});
		});
		await once(model.server.listen(0, '127.0.0.1'), 'listening');
		return model;
	}

	/** The data of n8n's credential of the type `openAiApi`. */
	get credential(): ICredentialDataDecryptedObject {
		const { port } = this.server.address() as AddressInfo;
		return { apiKey: 'any', url: `http://127.0.0.1:${port}/v1` };
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, 'close');
	}

	private reply({ messages, tools }: ChatRequest): object {
		const told = messages.filter(({ role }) => role === 'tool').map(({ content }) => content);
		if (told.length > 0) return { content: told.join('\n') };
		const name = tools[0]?.function.name;
		const calls = this.calls.map((args, index) => ({
			id: `call_${index}`,
			type: 'function',
			function: { name, arguments: JSON.stringify(args) },
		}));
		return { content: null, tool_calls: calls };
	}
}
