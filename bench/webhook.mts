import type { N8nClient } from '../test/n8n-harness/client.mjs';

/** Calls the production webhook of a workflow. Throws an Error unless n8n responds with HTTP 200. */
export async function callWebhook(client: N8nClient, path: string, body: object): Promise<void> {
	const { status, data } = await client.callWebhook(path, body);
	if (status === 200) return;
	throw new Error(`The webhook responded with HTTP ${status}: ${JSON.stringify(data)}`);
}
