import { toCreation } from '../../../../../nodes/ApikleyVeo/veo/api/endpoints/creation';
import { extend } from '../../../../../nodes/ApikleyVeo/veo/api/endpoints/extend';
import { generate } from '../../../../../nodes/ApikleyVeo/veo/api/endpoints/generate';
import type { JsonObject } from '../../../../../nodes/ApikleyVeo/veo/task/coerce';
import { createClient } from '../../../support/createClient';
import type { ClientOptions } from '../../../support/createClient';
import { httpResponse, networkError, neverResponds, sequence } from '../../../support/fakeHttp';
import type { Reply } from '../../../support/fakeHttp';

const BODY = { prompt: 'A dog', model: 'veo3_fast' };
const CREATED = httpResponse(200, { code: 200, msg: 'success', data: { taskId: 'new' } });
const HTML = '<!DOCTYPE html><title>Bad gateway</title>';

/** Without a connection, so the server has certainly received nothing. */
const refusedConnection: Reply = {
	result: { kind: 'failed', reason: 'refused', isPermanent: false, neverSent: true },
	afterMs: 0,
};
const wrongCertificate: Reply = {
	result: { kind: 'failed', reason: 'certificate', isPermanent: true, neverSent: true },
	afterMs: 0,
};

/** Creates a task. Resolves with what is known afterwards, and when requests were sent. */
async function create(
	replies: readonly [Reply, ...Reply[]],
	{
		endpoint = generate(BODY),
		...options
	}: ClientOptions & { endpoint?: ReturnType<typeof generate> } = {},
) {
	const { client, clock, http } = createClient(sequence(...replies), options);
	const times = { dueAt: clock.now(), deadline: Infinity };
	const result = await clock.finish(client.send(endpoint, times));
	if (result.kind === 'aborted' || result.kind === 'expired') throw new Error(result.kind);
	return { outcome: toCreation(result), http, times: http.times };
}

const inBody = (code: number, msg: unknown, data: unknown = null) =>
	httpResponse(200, { code, msg, data });
/** The code is also the HTTP status, and maybe only there. */
const inStatus = (code: number, msg: unknown, data: unknown = null) =>
	httpResponse(code, { code, msg, data });
const onlyInStatus = (code: number, msg: unknown) => httpResponse(code, { msg });

test.each([
	['generate', generate(BODY), BODY],
	['extend', extend({ taskId: 'old', prompt: 'And then' }), { taskId: 'old', prompt: 'And then' }],
])('a task is created by a POST to %s', async (path, endpoint, body) => {
	const { http } = await create([CREATED], { endpoint });
	const url = `https://api.example.com/api/v1/veo/${path}`;
	expect(http.requests).toMatchObject([{ method: 'POST', url, body }]);
});

describe('a task is created if the response has its ID', () => {
	const data = { taskId: 'new', more: 1 };

	test.each<[string, Reply, string, JsonObject?]>([
		['in data', inBody(200, 'success', data), 'new', data],
		['as a number', inBody(200, 'success', { taskId: 17 }), '17'],
		['in data as JSON text', inBody(200, 'success', '{"taskId":"new"}'), 'new'],
		['next to data', httpResponse(200, { code: 200, taskId: 'new' }), 'new', { taskId: 'new' }],
		['in another spelling', inBody(200, 'success', { taskID: 'new' }), 'new'],
		['in another spelling next to data', httpResponse(200, { code: 200, task_id: 'new' }), 'new'],
		['in a list', inBody(200, 'success', [data]), 'new', data],
		['in a list as JSON text', inBody(200, 'success', '[{"TaskId":"new"}]'), 'new'],
		['one level deeper', inBody(200, 'success', { result: data }), 'new', { result: data }],
		['one level deeper next to data', httpResponse(200, { code: 200, result: data }), 'new'],
		['as the data', inBody(200, 'success', 'veo_12345'), 'veo_12345', { taskId: 'veo_12345' }],
		[
			'as the data, all digits',
			inBody(200, 'success', '12345678901234567890'),
			'12345678901234567890',
		],
		['in the field "id"', inBody(200, 'success', { id: 'veo_12345' }), 'veo_12345'],
		['without a code', httpResponse(200, { data }), 'new', data],
		['under another success status', httpResponse(201, { data }), 'new', data],
		...[400, 401, 402, 408, 422, 429, 433, 451, 455, 500, 501, 505].flatMap(
			(code): Array<[string, Reply, string, JsonObject]> => [
				[`under the code ${code}`, inBody(code, 'No', data), 'new', data],
				[`under the HTTP status ${code}`, inStatus(code, 'No', data), 'new', data],
				[
					`in another spelling under ${code}`,
					inBody(code, 'No', { taskID: 'new' }),
					'new',
					{ taskID: 'new' },
				],
				[`in a list under the code ${code}`, inBody(code, 'No', [data]), 'new', data],
			],
		),
		['under HTTP 500 without a code', httpResponse(500, { data }), 'new', data],
		['under HTTP 500 around code 200', httpResponse(500, { code: 200, data }), 'new', data],
		['next to a text of missing credits', inBody(500, 'Credits insufficient', data), 'new', data],
	])('%s', async (_, reply, taskId, expected = expect.anything() as never) => {
		const { outcome, times } = await create([reply]);
		expect(outcome).toEqual({ kind: 'created', taskId, data: expected });
		expect(times).toEqual([0]);
	});

	test.each<[string, unknown]>([
		['next to that of the task to extend', { taskId: 'old-1', task_id: 'new' }],
		['deeper than that of the task to extend', { taskId: 'old-1', result: { taskId: 'new' } }],
		['next to the task to extend', { parent: { taskId: 'old-1' }, task: { taskId: 'new' } }],
	])('%s', async (_, data) => {
		const endpoint = extend({ taskId: 'old-1', prompt: 'And then' });
		const { outcome } = await create([inBody(200, 'success', data)], { endpoint });
		expect(outcome).toMatchObject({ kind: 'created', taskId: 'new' });
	});
});

describe('no task is created if the API refuses', () => {
	const refusals: ReadonlyArray<readonly [number, string, string]> = [
		[401, 'Unauthorized', 'unauthorized'],
		[402, 'Pay', 'noCredits'],
		[404, 'Not Found', 'rejected'],
		[422, 'Invalid model', 'rejected'],
		[422, 'record is null', 'rejected'],
		[422, 'Record not found for taskId: abc123def456', 'rejected'],
		[422, 'The task is older than 14 days', 'rejected'],
		[433, 'The limit of this key is reached', 'rejected'],
		[505, 'Feature disabled', 'rejected'],
		[400, 'Your prompt was flagged by Website as violating content policies', 'rejected'],
		[400, 'Only English PROMPTS are currently supported', 'rejected'],
		[400, 'Failed to fetch the image', 'rejected'],
		[400, 'Your prompt was rejected. Please change it and try again.', 'rejected'],
		[400, 'imageUrls is invalid', 'rejected'],
		[451, 'Ваш промт нарушает правила', 'rejected'],
		[451, 'Failed to fetch the image. Kindly verify any access limits', 'rejected'],
		[500, 'Credits insufficient : Your current balance isn’t enough', 'noCredits'],
		[400, 'Недостаточно средств', 'noCredits'],
	];

	test.each(refusals)('with code %d and "%s"', async (code, msg, kind) => {
		for (const reply of [inBody(code, msg), inStatus(code, msg), onlyInStatus(code, msg)]) {
			const { outcome, times } = await create([reply, CREATED]);
			expect(outcome).toMatchObject({ kind, message: msg });
			expect(times).toEqual([0]);
		}
	});

	test('to extend a task whose ID it repeats', async () => {
		const endpoint = extend({ taskId: 'old', prompt: 'And then' });
		const reply = inBody(422, 'record status is not success', { taskId: 'old' });
		expect(await create([reply], { endpoint })).toMatchObject({ outcome: { kind: 'rejected' } });
	});
});

describe('it is uncertain if a task was created, and nothing is sent again,', () => {
	const uncertain: ReadonlyArray<readonly [string, Reply, number | null]> = [
		...[400, 408, 451, 500, 501, 502, 503, 504, 403, 409, 418].flatMap(
			(code): Array<readonly [string, Reply, number]> => [
				[`after code ${code}`, inBody(code, 'No'), code],
				[`after HTTP ${code}`, inStatus(code, 'No'), code],
				[`after HTTP ${code} without a code`, onlyInStatus(code, 'No'), code],
			],
		),
		['after code 0', inBody(0, 'No'), 0],
		['after a success without data', inBody(200, 'success'), 200],
		['after a success without an ID', inBody(200, 'success', {}), 200],
		['after a success with an empty ID', inBody(200, 'success', { taskId: ' ' }), 200],
		['after a success without anything', httpResponse(200, {}), 200],
		['after HTTP 429 around a success without an ID', httpResponse(429, { code: 200 }), 429],
		['after HTTP 402 around a success without an ID', httpResponse(402, { code: 200 }), 402],
		['after a redirect', httpResponse(302, '', { location: 'https://x.example' }), 302],
		...[401, 402, 403, 404, 422, 500, 502, 503].flatMap(
			(status): Array<readonly [string, Reply, number]> => [
				[`after a web page with HTTP ${status}`, httpResponse(status, HTML), status],
				[`after an empty body with HTTP ${status}`, httpResponse(status), status],
			],
		),
		['after a web page', httpResponse(200, HTML), null],
		['after an empty body', httpResponse(200), null],
		['after HTTP 204', httpResponse(204), null],
		['after half of a body', httpResponse(200, '{"code":200,"data":{"taskId":"ne'), null],
		['after JSON that is no object', httpResponse(200, '["new"]'), null],
		['after a broken connection', networkError('the connection was reset'), null],
		['after a timeout', neverResponds, null],
	];

	test.each(uncertain)('%s', async (_, reply, code) => {
		const { outcome, times } = await create([reply, CREATED]);
		expect(outcome).toEqual({ kind: 'uncertain', code, reason: expect.any(String) });
		expect(times).toEqual([0]);
	});

	test('if a success only names the task to extend', async () => {
		const endpoint = extend({ taskId: 'old', prompt: 'And then' });
		const reply = inBody(200, 'success', { taskId: 'old' });
		const { outcome } = await create([reply], { endpoint });
		expect(outcome).toMatchObject({ kind: 'uncertain', code: 200 });
	});

	test('even if it was retried before for a certain reason', async () => {
		const { outcome, times } = await create([inBody(429, 'Slow'), neverResponds, CREATED]);
		expect(outcome).toMatchObject({ kind: 'uncertain' });
		expect(times).toEqual([0, 1]);
	});
});

describe('a request is sent again', () => {
	test.each<[string, Reply]>([
		['after code 429', inBody(429, 'Too many requests')],
		['after HTTP 429', inStatus(429, 'Too many requests')],
		['after HTTP 429 of a gateway', httpResponse(429, HTML)],
		['after code 455', inBody(455, 'Maintenance')],
		['after HTTP 455', inStatus(455, 'Maintenance')],
		['if no connection was made', refusedConnection],
	])('%s, within Max Retries', async (_, reply) => {
		const { outcome, times } = await create([reply, reply, CREATED], { maxRetries: 2 });
		expect(outcome).toMatchObject({ kind: 'created' });
		expect(times).toEqual([0, 1, 3]);
		const failed = await create([reply, reply, CREATED], { maxRetries: 1 });
		expect(failed.outcome).toMatchObject({ kind: 'retriesExhausted', attempts: 2 });
		expect(failed.times).toEqual([0, 1]);
		const single = await create([reply, CREATED], { maxRetries: 0 });
		expect(single.outcome).toMatchObject({ kind: 'retriesExhausted', attempts: 1 });
		expect(single.times).toEqual([0]);
	});

	test('when a Retry-After is over', async () => {
		const reply = httpResponse(200, { code: 429 }, { 'retry-after': '17' });
		const { outcome, times } = await create([reply, CREATED], { random: () => 0 });
		expect(outcome).toMatchObject({ kind: 'created' });
		expect(times).toEqual([0, 17]);
	});

	test('not if the Retry-After is longer than a user would wait', async () => {
		const reply = httpResponse(200, { code: 429 }, { 'retry-after': '121' });
		const { outcome, times } = await create([reply, CREATED]);
		expect(outcome).toMatchObject({ kind: 'retriesExhausted', attempts: 1, code: 429 });
		expect(times).toEqual([0]);
	});

	test('not if the certificate is wrong, although nothing was sent', async () => {
		const { outcome, times } = await create([wrongCertificate, CREATED]);
		expect(outcome).toMatchObject({ kind: 'retriesExhausted', isPermanent: true });
		expect(times).toEqual([0]);
	});
});

describe('a task ID in another form', () => {
	test.each<[string, Reply, string]>([
		[
			'a long number keeps its digits',
			httpResponse(200, '{"code":200,"data":{"taskId":12345678901234567890}}'),
			'12345678901234567890',
		],
		[
			'so does one with blanks around it',
			httpResponse(200, '{"code":200,"data":{"taskId" : 12345678901234567890 }}'),
			'12345678901234567890',
		],
		['blanks around it do not count', inBody(200, 'success', { taskId: ' new ' }), 'new'],
		['the other spelling counts', inBody(422, 'Refused', { task_id: 'new' }), 'new'],
	])('%s', async (_, reply, taskId) => {
		const { outcome } = await create([reply]);
		expect(outcome).toMatchObject({ kind: 'created', taskId });
	});

	test.each<[string, unknown]>([
		['as the data itself', 'abc123456'],
		['in a list', ['abc123456']],
		['in a field of another name', { videoIds: ['abc123456'], ids: 'abc' }],
		['deep in the data', { info: { recordId: 'abc' } }],
	])('makes a refusal uncertain: %s', async (_, data) => {
		for (const code of [422, 429]) {
			const { outcome, times } = await create([inBody(code, 'Refused', data)]);
			expect([outcome.kind, times]).toEqual(['uncertain', [0]]);
		}
	});

	test.each([{ result: { taskId: 'abc' } }, { newTaskId: 'abc' }, { error: { task_id: 'abc' } }])(
		'makes a refusal uncertain: next to the data, in %j',
		async (more) => {
			for (const code of [422, 429]) {
				const reply = httpResponse(200, { code, msg: 'Refused', data: null, ...more });
				const { outcome, times } = await create([reply]);
				expect([outcome.kind, times]).toEqual(['uncertain', [0]]);
			}
		},
	);

	test('does not count in a field that only starts like that of the task', async () => {
		const reply = httpResponse(200, { code: 200, msg: 'success', data: { taskIdentity: 'abc' } });
		expect((await create([reply])).outcome.kind).toBe('uncertain');
	});

	test('makes it uncertain that an unknown task is the reason', async () => {
		const reply = httpResponse(200, { code: 422, msg: 'record is null', newTaskId: 'abc' });
		expect((await create([reply])).outcome.kind).toBe('uncertain');
	});

	test.each<[string, unknown]>([
		['several are named', { a: { taskId: 'abc123' }, b: { taskId: 'def456' } }],
		['it is next to that of another task', { id: 'abc123', videoId: 'def456' }],
		['it is too deep', { a: { b: { taskId: 'abc123' } } }],
		['it is one of several', [{ taskId: 'abc123' }, { taskId: 'def456' }]],
		['it is a word', 'generating'],
		['it is in a sentence', 'Task abc123def456 was created'],
		['it is a number', 123456],
		['the field "id" has a short number', { id: 17 }],
		['it has decimals', { taskId: 1.5 }],
	])('leaves a success uncertain if %s', async (_, data) => {
		const { outcome } = await create([inBody(200, 'success', data)]);
		expect(outcome).toMatchObject({ kind: 'uncertain', code: 200 });
	});

	test.each<[string, unknown]>([
		['as the data', 'old-task-1'],
		['as a padded text', { taskId: ' old-task-1\u200b' }],
		['in the field "id"', { id: 'old-task-1' }],
		['one level deeper', { task: { taskId: 'old-task-1' } }],
		['along with a field "id"', { taskId: 'old-task-1', id: 'abc123' }],
	])('leaves an extension uncertain if it is that of its original: %s', async (_, data) => {
		const endpoint = extend({ taskId: 'old-task-1', prompt: 'And then' });
		const { outcome } = await create([inBody(200, 'success', data)], { endpoint });
		expect(outcome).toMatchObject({ kind: 'uncertain', code: 200 });
	});

	test('is not seen in the padded ID of the original, so the refusal stays certain', async () => {
		const endpoint = extend({ taskId: 'old-task-1', prompt: 'And then' });
		const reply = inBody(422, 'Refused', { taskId: ' old-task-1\u200b' });
		const { outcome } = await create([reply], { endpoint });
		expect(outcome.kind).toBe('rejected');
	});

	test('does not count in the field "id" if the text says that credits are missing', async () => {
		const reply = inBody(200, 'Credits insufficient', { id: 'abc123' });
		const { outcome } = await create([reply]);
		expect(outcome.kind).toBe('uncertain');
	});

	test.each<[unknown]>([
		['Unauthorized'],
		[{ requestId: 'r-1' }],
		[{ id: 'refused' }],
		[{ taskID: '' }],
		[{ idle_seconds: 30 }],
		[{}],
		[''],
		[[]],
	])('is not seen in %j, so the refusal stays certain', async (data) => {
		const { outcome } = await create([inBody(422, 'Refused', data)]);
		expect(outcome.kind).toBe('rejected');
	});
});

describe('a response that only mentions a task ID', () => {
	const ID = 'abc123def456';
	const NUMBER = '12345678901234567890';
	const envelope = JSON.stringify({ code: 429, msg: 'No', data: { taskId: ID } });

	const bodies: ReadonlyArray<readonly [string, unknown]> = [
		['as text', `taskId: ${ID}`],
		['as text in capitals', `TASK_ID=${ID}`],
		['as its whole text', `${ID}\n`],
		['in a sentence', `Too many requests. The task was created with ID ${ID}, please wait.`],
		['in a sentence without "ID"', `Task ${ID} has been queued`],
		['in Russian', `Слишком много запросов, задача ${ID} в очереди`],
		['in a page', `<html><p>Task ID: <b class="id">${ID}</b></p></html>`],
		['in the source of a page', `<pre>{&quot;taskId&quot;:&quot;${ID}&quot;}</pre>`],
		['in XML', `<?xml version="1.0"?><r><taskId>${ID}</taskId></r>`],
		['in JSON that is encoded twice', JSON.stringify(envelope)],
		['in JSON that is encoded three times', JSON.stringify(JSON.stringify(envelope))],
		['in a list around the response', `[${envelope}]`],
		['in such a list that is encoded twice', JSON.stringify(`[${envelope}]`)],
		['in a list', [ID]],
		['in JSON that ends too soon', `{"code":429,"data":{"taskId":"${ID}`],
		['in JSON text that ends too soon', JSON.stringify(`{"data":{"taskId":"${ID}`).slice(0, -1)],
		['in the field "id" of broken JSON', `{"code":429,"data":{"id":"${ID}"},`],
		['in a list of several responses', [{ data: { taskId: ID } }, {}]],
		['in JSON of another form', { result: { task: { id: ID } } }],
		['in a field with a longer name', { code: 429, data: { newTaskId: ID } }],
		['in the field "uuid"', { code: 429, data: { uuid: ID } }],
		['in its message', { code: 429, msg: `The limit is reached, taskId: ${ID}` }],
		['in JSON in its message', { code: 429, msg: `{"task":{"id":"${ID}"}}` }],
	];

	test.each(bodies)(
		'%s, leaves the creation uncertain, with that ID as the reason',
		async (_, body) => {
			for (const status of [429, 455, 422, 502, 200]) {
				const { outcome, times } = await create([httpResponse(status, body), CREATED]);
				expect(outcome).toMatchObject({ kind: 'uncertain', reason: expect.stringContaining(ID) });
				expect(times).toEqual([0]);
			}
		},
	);

	test.each([`[{"data":{"taskId":${NUMBER}}}]`, JSON.stringify(`{"data":{"taskId":${NUMBER}}}`)])(
		'with all digits of a number: %s',
		async (body) => {
			const { outcome } = await create([httpResponse(429, body), CREATED]);
			expect(outcome).toMatchObject({ reason: expect.stringContaining(NUMBER) });
		},
	);

	test.each(['{"code":429,"data":{"taskId":"abcdef', 'taskId: t1', 'taskId=17'])(
		'counts however short that is: %s',
		async (body) => {
			const { outcome, times } = await create([httpResponse(429, body), CREATED]);
			expect([outcome.kind, times]).toEqual(['uncertain', [0]]);
		},
	);

	test.each([
		['', HTML],
		['', ''],
		['', 'Too many requests'],
		['', 'Too many tasks (100000 per day). Task limit reached, retry after 3600s.'],
		['', 'taskId is required'],
		['', 'Every task takes 60 s. Task ID not found.'],
		['', `Request ID: ${ID}`],
		['', { request_id: ID, trace: { spanId: ID } }],
		['', { id: 'too_many_requests', message: 'Slow down' }],
		['', `<html id="${ID}"><p>Ray ID: ${ID}</p></html>`],
		['', { code: 429, msg: `Too many requests (requestId: ${ID})` }],
		['', [{ code: 429, msg: 'Too many requests' }]],
		['', JSON.stringify(JSON.stringify({ code: 429, msg: 'Too many requests' }))],
		['if it is the task to extend', 'Task old-task-1 is busy'],
		['if it is the task to extend', 'old-task-1'],
		['if it is the task to extend', { msg: 'taskId: old-task-1', taskId: 'old-task-1' }],
		['if it is the task to extend', '{"code":429,"data":{"taskId":"old-task-1"'],
	])('is not seen %s in %j, so the request is sent again', async (_, body) => {
		const endpoint = extend({ taskId: 'old-task-1', prompt: 'And then' });
		const { outcome, times } = await create([httpResponse(429, body), CREATED], { endpoint });
		expect(outcome).toMatchObject({ kind: 'created', taskId: 'new' });
		expect(times).toEqual([0, 1]);
	});
});

test.each([
	[400, 'Task accepted but could not be promptly confirmed'],
	[400, 'Request timed out while generating the image preview'],
	[400, 'Timeout while fetching the image'],
	[451, 'Internal error while reading the image'],
	[451, 'Failed to fetch the image, try again later'],
])('%i "%s" does not say that nothing was created', async (code, message) => {
	const { outcome } = await create([inBody(code, message)]);
	expect(outcome.kind).toBe('uncertain');
});

test.each<[Reply, string]>([
	[inBody(500, 'Broken'), 'Broken (500)'],
	[inBody(409, ''), 'the API responded with 409'],
	[inBody(200, 'success'), 'the response contained no task ID'],
	[httpResponse(502, 'taskId: abc123'), 'the response mentions the task ID abc123 (502)'],
	[httpResponse(200, 'taskId: abc123'), 'the response mentions the task ID abc123'],
	[inBody(429, 'Slow down'), 'Slow down'],
	[inBody(429, ''), 'HTTP 429'],
])('what is known after %j has the reason "%s"', async (reply, reason) => {
	const { outcome } = await create([reply], { maxRetries: 0 });
	expect(outcome).toMatchObject({ reason });
});

test.each(['notFound', 'tooOld'] as const)('a task that is %s is refused', (kind) => {
	const refused = toCreation({ kind, code: 422, message: 'record is null' });
	expect(refused).toEqual({ kind: 'rejected', code: 422, message: 'record is null' });
});
