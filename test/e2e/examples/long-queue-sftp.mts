import { bytesOfVideo } from '../../simulator/video-files.mjs';
import { CALLER, importExample, servers, sha256, withNode } from '../support/examples.mjs';
import { testBed } from '../support/test-bed.mjs';

const PATH = 'veo-video';
const AS_CALLER = { [CALLER.name]: CALLER.value };

/** Parks at once, without the first minute in memory. */
async function activate() {
	const { client, simulator } = testBed();
	const saved = await importExample('long-queue-sftp', { baseUrl: simulator.baseUrl }, (workflow) =>
		withNode(workflow, 'Wait while parked', ({ parameters }) => ({
			polling: { ...(parameters.polling as object), parkAfter: 0 },
		})),
	);
	await client.activateWorkflow(saved);
	return saved.id;
}

test.concurrent('Long queue: it responds at once, is parked, and delivers by SFTP', async () => {
	const { client, simulator, watcher } = testBed();
	const prompt = 'From a long queue';
	simulator.planTasks(prompt, [{ durationLookups: 1 }]);
	const id = await activate();
	const call = async (body: object, headers = {}) =>
		await client.callWebhook(PATH, body, 'POST', headers);

	expect((await call({ prompt })).status).toBe(403);
	expect(await call({ prompt: ' ' }, AS_CALLER)).toMatchObject({
		status: 422,
		data: { message: 'Prompt cannot be empty' },
	});
	const response = await call({ prompt }, AS_CALLER);
	const [taskId] = simulator.createdTasks(prompt);
	expect(response).toMatchObject({ status: 202, data: { taskId } });

	const [parked = ''] = await watcher.waitForCount(id, 1, 'waiting');
	expect((await watcher.waitForEnd(parked)).status).toBe('success');
	expect(simulator.createdTasks(prompt)).toHaveLength(1);
	const delivered = servers().sftp.files.read(`/videos/${taskId}.mp4`);
	expect(sha256(delivered)).toBe(sha256(bytesOfVideo('landscape')));
});
