import { bytesOfVideo } from '../../simulator/video-files.mjs';
import { importExample, runExample, servers, sha256 } from '../support/examples.mjs';
import { testBed } from '../support/test-bed.mjs';

test.concurrent('S3: a video is created, waited for, downloaded and stored', async () => {
	const { simulator } = testBed();
	const { s3 } = servers();
	const prompt = 'To be stored';
	simulator.planTasks(prompt, [{ durationLookups: 1 }]);
	const settings = { baseUrl: simulator.baseUrl, prompt, bucket: s3.bucket, folder: 'made/today' };
	const { id } = await importExample('store-in-s3', settings);
	const { status, nodes } = await runExample(id, 'Start');

	expect(status).toBe('success');
	const [taskId] = simulator.createdTasks(prompt);
	const { bytes, contentType } = await s3.object(`made/today/${taskId}.mp4`);
	expect({ sha256: sha256(bytes), contentType }).toEqual({
		sha256: sha256(bytesOfVideo('landscape')),
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

test.concurrent('S3: the workflow stops if Apikley refuses to create a task', async () => {
	const settings = {
		baseUrl: testBed().simulator.baseUrl,
		prompt: ' ',
		bucket: servers().s3.bucket,
	};
	const { id } = await importExample('store-in-s3', settings);
	const { status, error, nodes } = await runExample(id, 'Start');
	expect({ status, message: error?.message }).toEqual({
		status: 'error',
		message: "Apikley didn't create the task: Prompt cannot be empty",
	});
	expect(Object.keys(nodes)).not.toContain('Wait and download');
});
