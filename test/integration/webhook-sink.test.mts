import { request } from 'node:http';

import { WebhookSink } from '../n8n-harness/webhook-sink.mjs';

test('the sink ignores a body that is cut off, as by a process that was killed', async () => {
	const sink = await WebhookSink.open();
	const post = async (body: string) => (await fetch(sink.url, { method: 'POST', body })).status;
	try {
		const half = request(sink.url, { method: 'POST', headers: { 'content-length': 100 } });
		await new Promise<void>((resolve) => {
			half.on('error', () => undefined);
			half.on('close', resolve);
			half.write('{"taskId":', () => half.destroy());
		});
		expect(await post('{"taskId":')).toBe(400);
		expect(await post('{"taskId":"whole"}')).toBe(200);
		expect(sink.received).toEqual([{ taskId: 'whole' }]);
	} finally {
		await sink.close();
	}
});
