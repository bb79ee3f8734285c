import { bytesOfVideo } from '../../simulator/video-files.mjs';
import { sha256 } from '../../sha256.mjs';
import { importExample, servers } from '../support/examples.mjs';
import { testBed } from '../support/test-bed.mjs';

/** Starts the example with these prompts. Resolves with its result once it has been parked and has finished. */
async function runParked(prompts: readonly string[]) {
	const { client, watcher } = testBed();
	const { id } = await importExample('long-queue-sftp', {
		Prompts: { jsonOutput: JSON.stringify({ prompts }) },
	});
	const executionId = await client.runByHand(id, 'Start');
	await watcher.waitUntilParked(executionId);
	return await watcher.waitForEnd(executionId);
}

test.concurrent(
	'Long queue: the wait is parked, and all videos are delivered by SFTP',
	async () => {
		const { simulator } = testBed();
		const prompts = ['First of the queue', 'Second of the queue'];
		for (const prompt of prompts) simulator.planTasks(prompt, [{ durationSeconds: 5 }]);
		expect((await runParked(prompts)).status).toBe('success');
		for (const prompt of prompts) {
			expect(simulator.ledger({ prompt })).toHaveLength(1);
			const [taskId] = simulator.createdTasks(prompt);
			const delivered = servers().sftp.files.read(`/videos/${taskId}.mp4`);
			expect(sha256(delivered)).toBe(sha256(bytesOfVideo('landscape')));
		}
	},
);

test.concurrent(
	'Long queue: the videos that were made are delivered, and the error has the reasons for the rest',
	async () => {
		const { simulator } = testBed();
		const [good, bad] = ['Fine in the queue', 'Rejected in the queue'];
		simulator.planTasks(good, [{ durationSeconds: 5 }]);
		simulator.planTasks(bad, [{ ending: { kind: 'failed', successFlag: 2, errorCode: 400 } }]);
		const { status, error, nodes } = await runParked([bad, good]);
		expect({ status, message: error?.message }).toEqual({
			status: 'error',
			message: expect.stringContaining(simulator.createdTasks(bad)[0] ?? ''),
		});
		expect(nodes['Upload via SFTP']?.outputs[0]).toHaveLength(1);
		servers().sftp.files.read(`/videos/${simulator.createdTasks(good)[0]}.mp4`);
	},
);
