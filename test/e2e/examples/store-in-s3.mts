import { lab, sha256, VIDEO } from '../support/examples-test-bed.mjs';

test.concurrent('A video is created, waited for, downloaded and stored in S3', async () => {
	const { simulator, s3 } = lab();
	const prompt = 'To be stored';
	simulator.planTasks(prompt, [{ durationLookups: 1 }]);
	const settings = { baseUrl: simulator.baseUrl, prompt, bucket: s3.bucket, folder: 'made/today' };
	const { id } = await lab().importExample('store-in-s3', settings);
	const { status, nodes } = await lab().runToEnd(id, 'Start');

	expect(status).toBe('success');
	const [taskId] = simulator.createdTasks(prompt);
	const { bytes, contentType } = await s3.object(`made/today/${taskId}.mp4`);
	expect({ sha256: sha256(bytes), contentType }).toEqual({
		sha256: sha256(await VIDEO),
		contentType: 'video/mp4',
	});
	expect(nodes.Result?.outputs[0]?.map(({ json }) => json)).toEqual([
		{
			taskId,
			storedAs: `s3://${s3.bucket}/made/today/${taskId}.mp4`,
			videoUrl: `${simulator.videoBaseUrl}/videos/${taskId}/1.mp4`,
		},
	]);
});

test.concurrent('Nothing is waited for where Apikley refuses to create a task', async () => {
	const settings = { baseUrl: lab().simulator.baseUrl, prompt: ' ', bucket: lab().s3.bucket };
	const { id } = await lab().importExample('store-in-s3', settings);
	const { status, error, nodes } = await lab().runToEnd(id, 'Start');
	expect({ status, message: error?.message }).toEqual({
		status: 'error',
		message: "Apikley didn't create the task: Prompt cannot be empty",
	});
	expect(Object.keys(nodes)).not.toContain('Wait and download');
});
