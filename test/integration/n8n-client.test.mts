import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { N8nClient } from '../real-n8n/client.mjs';

test('an n8n that has lost its database for a moment is asked again', async () => {
	let isReady = true;
	let refused = 0;
	const server = createServer((_request, response) => {
		response.setHeader('Content-Type', 'application/json');
		response.setHeader('Set-Cookie', 'n8n-auth=it; Path=/');
		if (!isReady) {
			isReady = ++refused === 2;
			response.statusCode = 503;
			response.end(JSON.stringify({ code: 503, message: 'Database is not ready!' }));
			return;
		}
		response.end(JSON.stringify({ data: { results: [], count: 7 } }));
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	try {
		const { port } = server.address() as AddressInfo;
		const client = await N8nClient.connect(`http://127.0.0.1:${port}`);
		isReady = false;
		expect(await client.countExecutions()).toBe(7);
		expect(refused).toBe(2);
	} finally {
		server.closeAllConnections();
		server.close();
		await once(server, 'close');
	}
});
