import type { RequestListener } from 'node:http';

import { N8nClient } from '../n8n-harness/client.mjs';
import { listen } from '../simulator/simulator.mjs';

test('the client repeats its request while n8n has no connection to its database', async () => {
	let unavailable = 0;
	let requests = 0;
	const respond: RequestListener = (_request, response) => {
		requests++;
		response.setHeader('Content-Type', 'application/json');
		response.setHeader('Set-Cookie', 'n8n-auth=it; Path=/');
		if (unavailable > 0) {
			unavailable--;
			response.statusCode = 503;
			response.end(JSON.stringify({ code: 503, message: 'Database is not ready!' }));
			return;
		}
		response.end(JSON.stringify({ data: { results: [], count: 7 } }));
	};
	const server = await listen(respond, 0);
	try {
		const client = await N8nClient.connect(`http://127.0.0.1:${server.port}`);
		[unavailable, requests] = [2, 0];
		expect(await client.countExecutions()).toBe(7);
		expect(requests).toBe(3);
	} finally {
		await server.close();
	}
});
