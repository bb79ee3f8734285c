import { bytesOfVideo } from '../../simulator/video-files.mjs';
import { sha256 } from '../../sha256.mjs';
import { importExample, runExample, servers } from '../support/examples.mjs';
import { testBed } from '../support/test-bed.mjs';

const TRIGGER = 'When a video is ready';

/** Publishes part 2. Returns its ID, and the trigger's production URL. */
async function publishStore() {
	const { client, n8n } = testBed();
	const saved = await importExample('fire-and-forget-store', {
		'Upload to S3': { bucketName: servers().s3.bucket },
	});
	await client.activateWorkflow(saved);
	const { nodes } = await client.getWorkflow(saved.id);
	const trigger = nodes.find(({ name }) => name === TRIGGER);
	return { id: saved.id, url: `${n8n.url}/webhook/${trigger?.webhookId}/apikley-veo` };
}

test.concurrent(
	'Fire and forget: one workflow creates, and the trigger starts the other, which stores',
	async () => {
		const { simulator, watcher } = testBed();
		const prompt = 'Fired and forgotten';
		simulator.planTasks(prompt, [{ durationSeconds: 3 }]);
		const store = await publishStore();
		const create = await importExample('fire-and-forget-create', {
			'Generate a video': { prompt, generationOptions: { callBackUrl: store.url } },
		});
		const { status, nodes } = await runExample(create.id);
		const [taskId] = simulator.createdTasks(prompt);
		expect(status).toBe('success');
		expect(nodes['Generate a video']?.outputs[0]).toMatchObject([
			{ json: { taskId, status: 'generating' } },
		]);

		await watcher.waitForCount(store.id, 1, 'success');
		const { bytes } = await servers().s3.object(`veo/${taskId}.mp4`);
		expect(sha256(bytes)).toBe(sha256(bytesOfVideo('landscape')));
	},
);

test.concurrent('Fire and forget: nothing is created before the URL is filled in', async () => {
	const prompt = 'Fired too early';
	const { id } = await importExample('fire-and-forget-create', { 'Generate a video': { prompt } });
	const { error } = await runExample(id);
	expect(error?.message).toContain('Callback URL');
	expect(testBed().simulator.ledger({ prompt })).toEqual([]);
});
