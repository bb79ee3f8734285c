import { bytesOfVideo } from '../../simulator/video-files.mjs';
import { sha256 } from '../../sha256.mjs';
import { importExample, runExample, servers } from '../support/examples.mjs';
import { testBed } from '../support/test-bed.mjs';

async function importWith(prompt: string) {
	const { bucket } = servers().s3;
	return await importExample('store-in-s3', {
		'Generate a video': { prompt },
		'Upload to S3': { bucketName: bucket },
	});
}

test.concurrent('S3: a video is generated and stored under the name of its task', async () => {
	const { simulator } = testBed();
	const prompt = 'To be stored';
	simulator.planTasks(prompt, [{ durationLookups: 1 }]);
	const { status } = await runExample((await importWith(prompt)).id);

	expect(status).toBe('success');
	const [taskId] = simulator.createdTasks(prompt);
	const { bytes, contentType } = await servers().s3.object(`veo/${taskId}.mp4`);
	expect({ sha256: sha256(bytes), contentType }).toEqual({
		sha256: sha256(bytesOfVideo('landscape')),
		contentType: 'video/mp4',
	});
});

test.concurrent('S3: without a video, the workflow stops with the reason', async () => {
	const prompt = 'Not to be stored';
	testBed().simulator.planTasks(prompt, [
		{ ending: { kind: 'failed', successFlag: 2, errorCode: 400 } },
	]);
	const { status, error, nodes } = await runExample((await importWith(prompt)).id);
	expect(status).toBe('error');
	expect(error?.message).toContain('flagged');
	expect(Object.keys(nodes)).not.toContain('Upload to S3');
});
