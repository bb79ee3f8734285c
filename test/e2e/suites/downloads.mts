import { createHash } from 'node:crypto';

import type { IBinaryData, IDataObject } from 'n8n-workflow';

import { hashFile } from '../../n8n-harness/core-nodes.mjs';
import { syntheticContent } from '../../simulator/response.mjs';
import type { Fault } from '../../simulator/faults.mjs';
import { bytesOfVideo } from '../../simulator/video-files.mjs';
import { API_KEY, jsonOf, lab, NODE, type NodeSetup } from '../support/test-bed.mjs';

const MIB = 2 ** 20;
const VIDEO = bytesOfVideo('landscape');

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const videoPath = (taskId: string, name = '1.mp4') => `/videos/${taskId}/${name}`;
const videoRequests = () => lab().simulator.requests({ server: 'videos' });

const download = (taskIds: readonly string[], options: IDataObject = {}): NodeSetup => ({
	items: taskIds.map((taskId, row) => ({ taskId, row })),
	parameters: { operation: 'download', options: options as Record<string, number> },
});

/** The bytes that n8n has kept. */
async function kept(binary: IBinaryData | undefined): Promise<Buffer> {
	if (binary === undefined) throw new Error('There is no such video on the item');
	return await lab().client.binaryData(binary);
}

describe('Download', () => {
	test('puts each video in a binary field, for the nodes behind it to work on', async () => {
		lab().simulator.addTasks([{ taskId: 'one' }, { taskId: 'two', videos: 2 }]);
		const workflow = lab()
			.workflow(download(['one', 'two']))
			.then(hashFile('data'));
		const { execution, run, json } = await lab().runWorkflow(workflow);
		expect(json).toMatchObject([
			{ taskId: 'one', status: 'succeeded', wait: null },
			{ taskId: 'two', status: 'succeeded', wait: null },
		]);
		const [one, two] = run.outputs[0] ?? [];
		expect(one?.binary).toMatchObject({
			data: { fileName: '1.mp4', mimeType: 'video/mp4', fileType: 'video', bytes: VIDEO.length },
		});
		expect(Object.keys(two?.binary ?? {})).toEqual(['data', 'data_1']);
		expect(await kept(two?.binary?.data_1)).toEqual(VIDEO);
		const hashed = jsonOf(execution.nodes.Hash?.outputs[0]);
		expect(hashed.map(({ data }) => data)).toEqual([sha256(VIDEO), sha256(VIDEO)]);
	});

	test('in a workflow that keeps files within the JSON, as in all others', async () => {
		lab().simulator.addTask({ taskId: 't', videos: 2 });
		const setup = { ...download(['t']), settings: { binaryMode: 'combined' as const } };
		const { json, run } = await lab().run(setup);
		expect(run.outputs[0]?.[0]).not.toHaveProperty('binary');
		const files = json[0]?._files as unknown as Record<string, IBinaryData>;
		expect(Object.keys(files)).toEqual(['data', 'data_1']);
		expect(await kept(files.data_1)).toEqual(VIDEO);
	});

	test('after two cut-offs and a stall the file is the same, byte by byte', async () => {
		const { simulator, run } = lab();
		simulator.addTask({ taskId: 't' });
		const file: Fault = { kind: 'synthetic', bytes: 20 * MIB };
		const broken = (fault: Fault): Fault => ({ kind: 'all', faults: [file, fault] });
		simulator.setVideoFaults(videoPath('t'), [
			broken({ kind: 'cutOff', afterBytes: 3 * MIB + 1 }),
			broken({ kind: 'stall', afterBytes: 5 * MIB }),
			broken({ kind: 'cutOff', afterBytes: 7 * MIB + 12_345 }),
			file,
		]);
		const result = await run(download(['t'], { requestTimeout: 1 }));
		const whole = Buffer.concat([...syntheticContent(20 * MIB).pieces(0, 20 * MIB)]);
		const video = await kept(result.run.outputs[0]?.[0]?.binary?.data);
		expect(sha256(video)).toBe(sha256(whole));
		expect(videoRequests().map(({ status }) => status)).toEqual([200, 206, 206, 206]);
	});

	test('the hosts of the videos are told no key, redirects and retries included', async () => {
		const { simulator, run } = lab();
		simulator.addTask({ taskId: 't', videos: 2 });
		// Another origin, though the same server
		const elsewhere = simulator.videoBaseUrl.replace('127.0.0.1', 'localhost');
		simulator.setVideoFaults(videoPath('t'), [
			{ kind: 'redirect', location: `${elsewhere}${videoPath('t', '3.mp4')}`, times: 'always' },
		]);
		simulator.setVideoFaults(videoPath('t', '3.mp4'), [{ kind: 'cutOff', afterBytes: 100 }]);
		const { execution } = await run(download(['t']));
		expect(execution.status).toBe('success');
		expect(videoRequests()).toHaveLength(5);
		for (const { headers, path } of videoRequests()) {
			const names = Object.keys(headers).map((name) => name.toLowerCase());
			expect(names).not.toContain('authorization');
			expect(JSON.stringify([headers, path])).not.toContain(API_KEY);
		}
	});

	test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'one video that failed does not lose the others (%s)',
		async (onError) => {
			const { simulator } = lab();
			simulator.addTasks([{ taskId: 'good' }, { taskId: 'bad', videos: 3 }]);
			simulator.setVideoFaults(videoPath('bad', '2.mp4'), [{ kind: 'status', status: 410 }]);
			const { outputs, run } = await lab().run({ ...download(['bad', 'good']), node: { onError } });
			const isApart = onError === 'continueErrorOutput';
			expect(outputs[isApart ? 1 : 0]?.[0]).toMatchObject({
				taskId: 'bad',
				code: 410,
				message: expect.stringMatching(/^Video 2 of 3 of task bad .*410.*14 days/),
			});
			const bad = run.outputs[isApart ? 1 : 0]?.[0];
			expect(Object.keys(bad?.binary ?? {})).toEqual(['data', 'data_2']);
			expect(await kept(bad?.binary?.data_2)).toEqual(VIDEO);
			expect(outputs[0]?.at(-1)).toMatchObject({ taskId: 'good', status: 'succeeded' });
		},
	);

	test('a link that has expired ends the execution with an error that says so', async () => {
		lab().simulator.addTask({ taskId: 't' });
		lab().simulator.setVideoFaults(videoPath('t'), [{ kind: 'status', status: 403 }]);
		const { execution, run } = await lab().run(download(['t']));
		expect(execution.status).toBe('error');
		expect(run.error).toMatchObject({
			name: 'NodeApiError',
			message: expect.stringMatching(
				/video of task t .*HTTP 403\. Links to videos live for 14 days/,
			),
			httpCode: '403',
			context: { itemIndex: 0 },
		});
	});

	test('a task that is still generating is an error, or with outputs by status an item', async () => {
		lab().simulator.addTask({ taskId: 'never', ending: { kind: 'never' } });
		const setup = download(['never']);
		const { run } = await lab().run(setup);
		expect(run.error?.message).toMatch(/^Task never has not ended yet.*Wait Until Complete/);
		const parameters = { ...setup.parameters, outputMode: 'byStatus' };
		const { outputs } = await lab().run({ ...setup, parameters });
		expect(outputs).toMatchObject([[], [], [{ taskId: 'never', status: 'generating' }]]);
	});
});

describe('Wait Until Complete with Download Videos', () => {
	test('waits, then downloads, in one node', async () => {
		lab().simulator.addTask({ taskId: 't', durationLookups: 2 });
		const polling = { interval: 0.1 };
		const { json, run, execution } = await lab().run({
			items: [{ taskId: 't' }],
			parameters: { operation: 'waitUntilComplete', downloadVideos: true, polling },
		});
		expect(json).toMatchObject([{ taskId: 't', status: 'succeeded', wait: { lookups: 3 } }]);
		expect(await kept(run.outputs[0]?.[0]?.binary?.data)).toEqual(VIDEO);
		expect(execution.lastNode).toBe(NODE);
	});
});
