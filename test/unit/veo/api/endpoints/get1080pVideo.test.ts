import { get1080pVideo } from '../../../../../nodes/ApikleyVeo/veo/api/endpoints/get1080pVideo';
import { createClient } from '../../../support/createClient';
import { httpResponse, sequence } from '../../../support/fakeHttp';

const LINK = 'https://cdn.example.com/1080p.mp4';

async function receive(status: number, body: unknown) {
	const { client, clock, http } = createClient(sequence(httpResponse(status, body)), {
		maxRetries: 0,
	});
	const times = { dueAt: clock.now(), deadline: Infinity };
	const result = await clock.finish(client.send(get1080pVideo('veo_1', 2), times));
	const [request] = http.requests;
	return { result, method: request!.method, url: new URL(request!.url) };
}

test('the request names the task and the video', async () => {
	const { method, url } = await receive(200, { code: 200, data: { resultUrl: LINK } });
	expect(method).toBe('GET');
	expect(url.pathname).toBe('/api/v1/veo/get-1080p-video');
	expect(Object.fromEntries(url.searchParams)).toEqual({ taskId: 'veo_1', index: '2' });
});

const PLAIN_LINK = LINK.replace('https', 'http');

test.each<[unknown, string]>([
	[{ resultUrl: LINK }, LINK],
	[{ videoUrl: LINK }, LINK],
	[{ url: LINK }, LINK],
	[{ resultUrls: [LINK] }, LINK],
	[{ resultUrls: JSON.stringify([LINK]) }, LINK],
	[LINK, LINK],
	[PLAIN_LINK, PLAIN_LINK],
])('the video is found in %j, whatever is around it', async (data, link) => {
	const received = [await receive(422, { data })];
	for (const code of [200, 422, 500]) received.push(await receive(200, { code, data }));
	for (const { result } of received) {
		expect(result).toMatchObject({
			kind: 'success',
			value: { status: 'succeeded', isFinal: true, resolution: '1080p', resultUrls: [link] },
		});
	}
});

test.each(['see https://cdn.example.com/1080p.mp4', 'soon', null, ['soon']])(
	'the data %j is no link',
	async (data) => {
		const { result } = await receive(200, { code: 200, data });
		expect(result).toMatchObject({ value: { status: 'generating' } });
	},
);

test.each<[number, string | null]>([
	[200, 'success'],
	[202, 'Accepted'],
	[0, null],
	[999, 'A code that is not known'],
	[400, 'The 1080p video is being processed'],
	[422, 'should be ready in 1 to 2 minutes'],
	[422, 'A text that is not known'],
	[500, 'Still processing, please wait'],
])('it is not ready yet after %i "%s"', async (code, msg) => {
	const { result } = await receive(200, { code, msg, data: null });
	expect(result).toMatchObject({
		kind: 'success',
		value: { status: 'generating', isFinal: false, resolution: null },
	});
	expect(result).toHaveProperty('value.resultUrls', []);
});

test.each<[number, string, string]>([
	[401, 'Unauthorized', 'unauthorized'],
	[402, 'Payment required', 'noCredits'],
	[200, 'Insufficient credits', 'noCredits'],
	[0, 'Insufficient credits', 'noCredits'],
	[422, 'Insufficient credits', 'noCredits'],
	[422, 'The record is more than 14 days old', 'tooOld'],
	[400, 'Only records of the last 14 days', 'tooOld'],
	[433, 'Spending limit', 'rejected'],
	[505, 'Switched off', 'rejected'],
	[505, 'Insufficient credits', 'noCredits'],
	[422, 'record status is not success', 'rejected'],
	[422, 'record is null', 'rejected'],
	[400, 'Only 16:9 videos are supported', 'rejected'],
	[404, 'No such path', 'notFound'],
	[503, 'Busy', 'retriesExhausted'],
	[599, 'Timeout', 'retriesExhausted'],
	[300, 'Moved', 'rejected'],
])('%i "%s" is an error', async (code, msg, kind) => {
	const { result } = await receive(200, { code, msg, data: null });
	expect(result.kind).toBe(kind);
});

test('HTTP 505 around a success is tried again, as it contradicts itself', async () => {
	const { result } = await receive(505, { code: 200, msg: 'success', data: null });
	expect(result).toMatchObject({ kind: 'retriesExhausted', code: 505 });
});
