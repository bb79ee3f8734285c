import { request } from 'node:http';

import { Inbox } from '../n8n-harness/webhook-sink.mjs';

let inbox: Inbox;

beforeEach(async () => {
	inbox = await Inbox.open();
});

afterEach(async () => await inbox.close());

async function post(body: string): Promise<number> {
	return (await fetch(inbox.url, { method: 'POST', body })).status;
}

test('what was not sent to its end, as by a process that was killed, has not come', async () => {
	const half = request(inbox.url, { method: 'POST', headers: { 'content-length': 100 } });
	await new Promise<void>((resolve) => {
		half.on('error', () => undefined);
		half.on('close', resolve);
		half.write('{"taskId":', () => half.destroy());
	});
	expect(await post('{"taskId":')).toBe(400);
	expect(await post('{"taskId":"whole"}')).toBe(200);
	expect(inbox.received).toEqual([{ taskId: 'whole' }]);
});
