import { PROVIDER_LIMIT } from '../../simulator/account.mjs';
import {
	createdButCutOff,
	createdButHtml,
	createdButRefused,
	createdLate,
	createdWithoutId,
	createdWithoutResponse,
	refused,
	type CreationPlan,
} from '../../simulator/creation-plan.mjs';
import { paidTwice, promptOf } from '../../simulator/ledger.mjs';
import {
	at,
	client,
	extend,
	failureOf,
	generate,
	get,
	KEY,
	lookUp,
	matching,
	post,
	simulator,
	useSimulator,
} from './support.mjs';

useSimulator();

const IMAGE = 'https://images.example/a.png';
const images = (count: number) => Array.from({ length: count }, () => IMAGE);

describe('generate', () => {
	test('a created task echoes its request and lives as planned; the last plan holds for the rest', async () => {
		const fields = {
			prompt: 'A dog',
			aspectRatio: '9:16',
			model: 'veo3',
			generationType: 'FIRST_AND_LAST_FRAMES_2_VIDEO',
			imageUrls: images(2),
			seeds: 12_345,
			callBackUrl: 'https://n8n.example/webhook-waiting/1/apikley-veo?token=a',
		};
		const ending = { kind: 'failed', successFlag: 3, errorCode: 500 } as const;
		simulator.planTasks('A dog', [{ ending }, { durationSeconds: 5, unknownForSeconds: 1 }]);
		const created = [];
		for (let time = 0; time < 3; time++) created.push((await generate(fields)).data?.taskId);
		expect(simulator.createdTasks('A dog')).toEqual(created);
		expect(await lookUp(created[1])).toBeNull();
		at(1);
		const running = await lookUp(created[1]);
		expect(running).toMatchObject({ successFlag: 0 });
		expect(JSON.parse(String(running?.paramJson))).toMatchObject(fields);
		at(5);
		const records = await Promise.all(created.map(lookUp));
		expect(records).toMatchObject([{ errorCode: 500 }, { successFlag: 1 }, { successFlag: 1 }]);
	});

	test('a plan can make something else of a request, and hold for all prompts', async () => {
		simulator.planTasks('*', [{ aspectRatio: '16:9', params: { seeds: 1 } }]);
		const { data } = await generate({ aspectRatio: '9:16' });
		const echo = JSON.parse(String((await lookUp(data?.taskId))?.paramJson)) as object;
		expect(echo).toMatchObject({ aspectRatio: '16:9', seeds: 1, model: 'veo3_fast' });
	});

	test.each([
		[{}, 200],
		[{ generationType: 'TEXT_2_VIDEO', aspectRatio: 'Auto', watermark: 'Mine' }, 200],
		[{ imageUrls: images(2), enableTranslation: false, resolution: '4k' }, 200],
		[{ generationType: 'REFERENCE_2_VIDEO', imageUrls: images(3) }, 200],
		[{ prompt: ' ' }, 422],
		[{ prompt: {} }, 422],
		[{ prompt: undefined }, 422],
		[{ model: undefined }, 422],
		[{ model: 'veo2' }, 422],
		[{ aspectRatio: '1:1' }, 422],
		[{ seeds: 9_999 }, 422],
		[{ seeds: 100_000 }, 422],
		[{ seeds: '12345' }, 422],
		[{ callBackUrl: 'file:///etc/passwd' }, 422],
		[{ imageUrls: IMAGE }, 422],
		[{ imageUrls: ['data:image/png;base64,AA=='] }, 422],
		[{ generationType: 'TEXT_2_VIDEO', imageUrls: images(1) }, 422],
		[{ generationType: 'FIRST_AND_LAST_FRAMES_2_VIDEO' }, 422],
		[{ generationType: 'FIRST_AND_LAST_FRAMES_2_VIDEO', imageUrls: images(3) }, 422],
		[{ generationType: 'REFERENCE_2_VIDEO', imageUrls: images(4) }, 422],
		[{ generationType: 'REFERENCE_2_VIDEO', imageUrls: images(1), model: 'veo3' }, 422],
		[{ generationType: 'REFERENCE_2_VIDEO', imageUrls: images(1), aspectRatio: '9:16' }, 422],
		[{ generationType: 'REFERENCE' }, 422],
	])('a request with %j gets code %i', async (fields, code) => {
		expect(await generate(fields)).toMatchObject({ code });
		expect(simulator.ledger()).toMatchObject([{ accepted: code === 200, response: { code } }]);
	});

	test('settings make the checks stricter or laxer', async () => {
		simulator.setOptions({ refuseUnknownFields: true, allowPortraitReference: true });
		expect(await generate({ aspect_ratio: '9:16' })).toMatchObject({ code: 422 });
		const reference = { generationType: 'REFERENCE_2_VIDEO', imageUrls: images(1) };
		expect(await generate({ ...reference, aspectRatio: '9:16' })).toMatchObject({ code: 200 });
	});

	test.each([[[]], ['no JSON'], [null]])('%j is no request', async (content) => {
		const { data } = await post('/api/v1/veo/generate', content);
		expect(data).toMatchObject({ code: 422, data: null });
	});
});

describe('a planned creation', () => {
	const WITH_ID = { taskId: matching(/^veo_task_created_/) };
	const code = (number: number, data: unknown = null) => ({
		status: 200,
		data: { code: number, data },
	});

	test.each<[string, CreationPlan, accepted: boolean, response: object]>([
		['created', {}, true, code(200, WITH_ID)],
		['created late', createdLate(20), true, code(200, WITH_ID)],
		['created with a success that names no task', createdWithoutId(), true, code(200)],
		[
			'created with a web page',
			createdButHtml(502),
			true,
			{ status: 502, data: matching(/^<!DOCTYPE/) },
		],
		['created, with code 500', createdButRefused(500), true, code(500)],
		[
			'created, with code 400 and its ID',
			createdButRefused(400, { withTaskId: true }),
			true,
			code(400, WITH_ID),
		],
		[
			'refused over HTTP',
			refused(429, { status: 429, retryAfterSeconds: 2 }),
			false,
			{ status: 429, headers: { 'retry-after': '2' } },
		],
		...[400, 401, 402, 404, 408, 422, 429, 433, 451, 455, 500, 501, 505].map(
			(number): [string, CreationPlan, boolean, object] => [
				`refused with ${number}`,
				refused(number),
				false,
				code(number),
			],
		),
	])('a creation can be %s', async (_, plan, accepted, response) => {
		simulator.planCreations('A dog', [plan]);
		const request = { prompt: 'A dog', model: 'veo3' };
		expect(await post('/api/v1/veo/generate', request)).toMatchObject(response);
		expect(simulator.createdTasks('A dog')).toHaveLength(accepted ? 1 : 0);
		expect(simulator.ledger()).toMatchObject([{ accepted, response: { sent: 'all' } }]);
		expect(await generate()).toMatchObject({ code: 200 });
	});

	test('a task is created although the response breaks off or never comes', async () => {
		simulator.planCreations('*', [createdButCutOff(), createdWithoutResponse()]);
		expect(await failureOf(generate())).toBe('ERR_BAD_RESPONSE');
		const abort = new AbortController();
		const hanging = client.post(
			`${simulator.baseUrl}/api/v1/veo/generate`,
			{ prompt: 'A dog', model: 'veo3' },
			{ signal: abort.signal },
		);
		await simulator.waitFor({ requests: 2, open: 1 });
		abort.abort();
		await failureOf(hanging);
		await simulator.waitFor({ requests: 2, open: 0 });
		expect(simulator.createdTasks('A dog')).toHaveLength(2);
		expect(simulator.ledger({ accepted: true })).toMatchObject([
			{ response: { status: 200, sent: 'part' } },
			{ response: { status: null, sent: 'nothing' } },
		]);
	});

	test('a share of the creations can be planned, if nothing is planned for their prompt', async () => {
		const shares = [{ share: 0.5, plan: refused(500) }];
		const codes = async () => {
			simulator.setOptions({ creationShares: { seed: 1, shares } });
			const list = [];
			for (let time = 0; time < 10; time++) list.push((await generate()).code);
			return list;
		};
		const first = await codes();
		expect(new Set(first)).toEqual(new Set([200, 500]));
		expect(await codes()).toEqual(first);
		simulator.planCreations('A dog', [{ ...refused(455), times: 'always' }]);
		expect(new Set(await codes())).toEqual(new Set([455]));
	});

	test('the plans of a prompt come first, and last for some requests or for all', async () => {
		simulator.planCreations('A dog', [{ ...refused(429), times: 2 }]);
		simulator.planCreations('*', [{ ...refused(455), times: 'always' }]);
		const codes = [];
		for (const prompt of ['A dog', 'A cat', 'A dog', 'A dog']) {
			codes.push((await generate({ prompt })).code);
		}
		expect(codes).toEqual([429, 455, 429, 455]);
	});
});

describe('the ledger', () => {
	test('the ledger holds every request for a creation, also those that never reached the API', async () => {
		simulator.setPathFaults('/api/v1/veo/generate', [
			{ kind: 'status', status: 502, body: 'html' },
		]);
		await generate();
		await client.post(`${simulator.baseUrl}/api/v1/veo/generate`, '{}', {
			headers: { authorization: '' },
		});
		await generate({ seeds: 11_111 });
		const [gateway, noKey, created] = simulator.ledger();
		expect(gateway).toMatchObject({ accepted: false, response: { status: 502, code: null } });
		expect(noKey).toMatchObject({ accepted: false, response: { status: 401, code: 401 } });
		expect(created).toMatchObject({
			kind: 'generate',
			key: KEY.authorization.slice('Bearer '.length),
			content: { prompt: 'A dog', seeds: 11_111 },
			accepted: true,
			cost: 60,
			taskId: simulator.createdTasks('A dog')[0],
			response: { status: 200, code: 200, sent: 'all' },
		});
		expect(simulator.ledger({ accepted: true, prompt: 'A dog', kind: 'generate' })).toEqual([
			created,
		]);
		expect(simulator.ledger({ prompt: 'A cat' })).toEqual([]);
		expect(simulator.ledger({ kind: 'extend' })).toEqual([]);
	});

	test('the same request is recognized, whatever the order of its fields and its address', async () => {
		const callBackUrl = 'https://n8n.example/?token=';
		await generate({ seeds: 22_222, callBackUrl: `${callBackUrl}1` });
		await generate({ callBackUrl: `${callBackUrl}2`, seeds: 22_222 });
		await generate({ seeds: 33_333 });
		simulator.planCreations('*', [refused(500)]);
		await generate({ seeds: 33_333 });
		const [first, second] = simulator.ledger();
		expect(paidTwice(simulator.ledger())).toEqual([[first, second]]);
		expect(paidTwice(simulator.ledger(), promptOf)).toMatchObject([{ length: 3 }]);
	});
});

describe('the account', () => {
	const balance = async () => (await get('/api/v1/chat/credit')).data;

	test('each creation lowers the balance, until it is used up', async () => {
		simulator.setOptions({ credits: 310.25 });
		expect(await balance()).toEqual({ code: 200, msg: 'success', data: 310.25 });
		await generate();
		expect(await generate({ model: 'veo3' })).toMatchObject({ code: 200 });
		expect(await balance()).toMatchObject({ data: 0.25 });
		const msg = matching(/^Credits insufficient/);
		expect(await generate()).toEqual({ code: 402, msg, data: null });
		simulator.setOptions({ noCreditsCode: 500 });
		expect(await generate()).toEqual({ code: 500, msg, data: null });
	});

	test('too many creations in a span of time are refused, not queued', async () => {
		simulator.setOptions({
			creationLimit: { ...PROVIDER_LIMIT, retryAfter: true },
			refusalForm: 'http',
		});
		for (let time = 0; time < 20; time++) expect(await generate()).toMatchObject({ code: 200 });
		at(7.5);
		const request = { prompt: 'A dog', model: 'veo3' };
		expect(await post('/api/v1/veo/generate', request)).toMatchObject({
			status: 429,
			headers: { 'retry-after': '3' },
			data: { code: 429 },
		});
		at(10);
		expect(await generate()).toMatchObject({ code: 200 });
	});

	test('a thousand creations at once are all there', async () => {
		const prompts = Array.from({ length: 1000 }, (_, index) => `Dog ${index}`);
		const created = await Promise.all(prompts.map(async (prompt) => await generate({ prompt })));
		expect(new Set(created.map(({ data }) => data?.taskId)).size).toBe(1000);
		expect(simulator.ledger({ accepted: true })).toHaveLength(1000);
		expect(paidTwice(simulator.ledger())).toEqual([]);
	});
});

describe('extend', () => {
	test('an extended task is a new one, in the ratio of the original, with the whole film', async () => {
		simulator.addTask({ taskId: 't', aspectRatio: '9:16' });
		const { data } = await extend({ taskId: 't', prompt: 'And then', model: 'fast' });
		expect(data?.taskId).not.toBe('t');
		const record = await lookUp(data?.taskId);
		expect(record?.response).toMatchObject({
			resultUrls: [matching(/\/1\.mp4$/)],
			fullResultUrls: [matching(/\/full-1\.mp4$/)],
		});
		expect(JSON.parse(String(record?.paramJson))).toMatchObject({
			prompt: 'And then',
			taskId: 't',
			aspectRatio: '9:16',
		});
		expect(simulator.ledger()).toMatchObject([{ kind: 'extend', accepted: true, cost: 60 }]);
		expect(await extend({ taskId: data?.taskId })).toMatchObject({ code: 200 });
	});

	test.each([
		[{ taskId: undefined }],
		[{ taskId: 'unknown' }],
		[{ taskId: 'generating' }],
		[{ taskId: 'failed' }],
		[{ prompt: ' ' }],
		[{ prompt: undefined }],
		[{ model: 'veo3_fast' }],
		[{ seeds: 1 }],
	])('a request to extend with %j is refused', async (fields) => {
		simulator.addTasks([
			{ taskId: 't' },
			{ taskId: 'generating', durationSeconds: 9 },
			{ taskId: 'failed', ending: { kind: 'failed', successFlag: 2 } },
		]);
		expect(await extend({ taskId: 't', ...fields })).toMatchObject({ code: 422, data: null });
		expect(simulator.ledger({ accepted: true })).toEqual([]);
	});
});
