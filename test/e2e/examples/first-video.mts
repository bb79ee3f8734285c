import { importExample, runExample } from '../support/examples.mjs';
import { testBed } from '../support/test-bed.mjs';

test.concurrent('First video: the item has the video as a file', async () => {
	const { simulator } = testBed();
	const prompt = 'The first one';
	const { id } = await importExample('first-video', { 'Generate a video': { prompt } });
	const { status, nodes } = await runExample(id);
	expect(status).toBe('success');
	const [taskId] = simulator.createdTasks(prompt);
	expect(nodes['Generate a video']?.outputs[0]).toMatchObject([
		{
			json: { taskId, status: 'succeeded' },
			binary: { data: { fileName: `${taskId}.mp4`, mimeType: 'video/mp4' } },
		},
	]);
});
