import { CALLER, lab, sha256, VIDEO } from '../support/examples-test-bed.mjs';
import { withNode } from '../support/example.mjs';

const PATH = 'veo-video';
const AS_CALLER = { [CALLER.name]: CALLER.value };

/** Parks at once: the minute before it, in memory, is left out. */
async function activate() {
	const { client, simulator } = lab();
	const saved = await lab().importExample(
		'long-queue-sftp',
		{ baseUrl: simulator.baseUrl },
		(workflow) =>
			withNode(workflow, 'Wait while parked', ({ parameters }) => ({
				polling: { ...(parameters.polling as object), parkAfter: 0 },
			})),
	);
	await client.activateWorkflow(saved);
	return saved.id;
}

test.concurrent('Long queue: answers at once, is parked, and delivers by SFTP', async () => {
	const { client, simulator, sftp, watch } = lab();
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
	const answer = await call({ prompt }, AS_CALLER);
	const [taskId] = simulator.createdTasks(prompt);
	expect(answer).toMatchObject({ status: 202, data: { taskId } });

	const [parked = ''] = await watch.untilThere(id, 1, 'waiting');
	const { status } = await watch.untilEnded(parked);
	expect(status).toBe('success');
	expect(simulator.createdTasks(prompt)).toHaveLength(1);
	expect(sha256(sftp.files.read(`/videos/${taskId}.mp4`))).toBe(sha256(await VIDEO));
});
