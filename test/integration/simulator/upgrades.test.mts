import type { TaskScript, UpgradeScript } from '../../simulator/task-script.mjs';
import { at, client, extend, get, simulator, useSimulator } from './support.mjs';

useSimulator();

const LINK = expect.stringMatching(/\/videos\/t\/1080p-1\.mp4$/) as string;

const add = (script: Omit<TaskScript, 'taskId'>) => simulator.addTask({ taskId: 't', ...script });

const get1080p = async (query = 'taskId=t&index=0') =>
	await get(`/api/v1/veo/get-1080p-video?${query}`);

test.each<[UpgradeScript]>([[{ notReadyForSeconds: 2 }], [{ notReadyForRequests: 2 }]])(
	'the 1080p video with %j is ready at the third request',
	async (upgrade) => {
		add({ upgrade });
		for (const seconds of [0, 1.999]) {
			at(seconds);
			const msg = expect.stringMatching(/processing/) as string;
			expect(await get1080p()).toMatchObject({ status: 200, data: { code: 422, msg } });
		}
		at(2);
		const { data } = await get1080p();
		expect(data).toMatchObject({ code: 200, data: { resultUrl: LINK } });
		const video = await client.get(String(data.data?.resultUrl));
		expect(video.headers['content-type']).toBe('video/mp4');
	},
);

test('the response while it is not ready can be any other', async () => {
	add({ upgrade: { notReadyForRequests: 1, notReady: { code: 400, status: 400, msg: 'Soon' } } });
	expect(await get1080p()).toMatchObject({ status: 400, data: { code: 400, msg: 'Soon' } });
});

test.each<[UpgradeScript['form'], unknown]>([
	['videoUrl', { videoUrl: LINK }],
	['url', { url: LINK }],
	['resultUrls', { resultUrls: [LINK] }],
	['string', LINK],
])('the link can be in the form %s', async (form, data) => {
	add({ upgrade: { form: form! } });
	expect((await get1080p()).data).toEqual({ code: 200, msg: 'success', data });
});

test.each<[string, Omit<TaskScript, 'taskId'>]>([
	['is still generating', { durationSeconds: 1 }],
	['has failed', { ending: { kind: 'failed', successFlag: 2 } }],
	['was made by the fallback model', { ending: { kind: 'succeeded', model: 'fallback' } }],
	['is not in 16:9', { aspectRatio: '9:16' }],
	['is too old', { upgrade: { refusal: 'expired' } }],
	['has no result', { upgrade: { refusal: 'blank' } }],
])('there is no 1080p video of a task that %s, and nothing is billed', async (_, script) => {
	add(script);
	expect((await get1080p()).data).toMatchObject({ code: 422, data: null });
	expect(simulator.ledger({ accepted: true })).toEqual([]);
});

test.each(['taskId=unknown', 'taskId=t&index=1', 'taskId=t&index=x', ''])(
	'there is no 1080p video for %j',
	async (query) => {
		add({});
		expect((await get1080p(query)).data).toMatchObject({ code: 422, data: null });
	},
);

test('each video is upgraded and billed once, and its task can no longer be extended', async () => {
	simulator.setOptions({ credits: 10 });
	add({ videos: 3 });
	for (const index of [1, 0, 1]) {
		expect((await get1080p(`taskId=t&index=${index}`)).data).toMatchObject({ code: 200 });
	}
	expect((await get1080p('taskId=t&index=2')).data).toMatchObject({ code: 402, data: null });
	const upgrades = simulator.ledger({ kind: 'upgrade' });
	expect(upgrades.map(({ taskId, cost }) => [taskId, cost])).toEqual([
		['t', 5],
		['t', 5],
		[null, 0],
		[null, 0],
	]);
	expect(await extend({ taskId: 't' })).toMatchObject({ code: 422 });
});
