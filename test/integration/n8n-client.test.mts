import type { RequestListener } from 'node:http';

import { N8nClient } from '../n8n-harness/client.mjs';
import { listen } from '../simulator/simulator.mjs';

test('an n8n that has lost its database for a moment is asked again', async () => {
	let isReady = true;
	let refused = 0;
	const answer: RequestListener = (_request, response) => {
		response.setHeader('Content-Type', 'application/json');
		response.setHeader('Set-Cookie', 'n8n-auth=it; Path=/');
		if (!isReady) {
			isReady = ++refused === 2;
			response.statusCode = 503;
			response.end(JSON.stringify({ code: 503, message: 'Database is not ready!' }));
			return;
		}
		response.end(JSON.stringify({ data: { results: [], count: 7 } }));
	};
	const server = await listen(answer, 0, '127.0.0.1');
	try {
		const client = await N8nClient.connect(`http://127.0.0.1:${server.port}`);
		isReady = false;
		expect(await client.countExecutions()).toBe(7);
		expect(refused).toBe(2);
	} finally {
		await server.close();
	}
});
