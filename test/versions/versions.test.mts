/**
 * What users notice of the package, in each supported n8n. main.mts runs these tests for one n8n at a time. Their titles are
 * the columns of docs/compatibility.md.
 */
import { createHash } from 'node:crypto';

import { hashFile } from '../n8n-harness/core-nodes.mjs';
import { startSandbox } from '../n8n-harness/sandbox.mjs';
import { doubledCallback } from '../simulator/callback-script.mjs';
import { bytesOfVideo } from '../simulator/video-files.mjs';
import { API_KEY, jsonOf, resultOf, testBed, useTestBed } from '../e2e/support/test-bed.mjs';
import { itemsOf, MCP_TRIGGER, offerNodeAsTool, TOOL_TYPE } from '../e2e/support/node-as-tool.mjs';
import { endedWhileParked, parked, MIN_PARKED_INTERVAL_S } from '../e2e/support/parking.mjs';
import { RELEASES } from './releases.mjs';

/** Older versions of n8n refuse to start with the name of a module that they don't know. */
const env = { N8N_DISABLED_MODULES: '' };

const PARKING_TIMEOUT_MS = 4 * MIN_PARKED_INTERVAL_S * 1000;

/** Creates a task. */
const CREATION = {
	resource: 'video',
	operation: 'generate',
	prompt: 'A dog',
	downloadVideos: false,
	whileWaiting: 'park',
};

const VIDEO_SHA256 = createHash('sha256').update(bytesOfVideo('landscape')).digest('hex');

const items = (...taskIds: string[]) => taskIds.map((taskId) => ({ taskId }));

const ofTask = (taskId: string, status: string) => expect.objectContaining({ taskId, status });

/** One task of each status. */
function addTasks(durationLookups = 0): void {
	testBed().simulator.addTasks([
		{ taskId: 'good', durationLookups },
		{ taskId: 'bad', durationLookups, ending: { kind: 'failed', successFlag: 3 } },
		{ taskId: 'endless', ending: { kind: 'never' } },
	]);
}

/** The versions of a node type that this n8n has. */
async function versionsOf(type: string): Promise<number[]> {
	const types = await testBed().client.nodeTypes();
	return types.filter(({ name }) => name === type).flatMap(({ version }) => version);
}

describe.each(RELEASES)('n8n $n8n', ({ parks, wakes, ...release }) => {
	useTestBed({ start: async () => await startSandbox({ release, env }) });

	test('Loads', async () => {
		expect(await versionsOf('n8n-nodes-apikley.apikleyVeo')).toEqual([1]);
	});

	test('Credential', async () => {
		const { client, simulator, credential } = testBed();
		const { baseUrl } = simulator;
		const test = async (apiKey: string) =>
			await client.testCredential('apikleyApi', { apiKey, baseUrl }, credential);
		expect(await test(API_KEY)).toMatchObject({ status: 'OK' });
		expect(await test('wrong')).toMatchObject({
			status: 'Error',
			// n8n 2.20 has its own message for HTTP 401
			message: expect.stringMatching(/API key|check your credentials/),
		});
	});

	test('Get Status', async () => {
		addTasks();
		const { json } = await testBed().run({
			items: items('bad', 'endless', 'good'),
			parameters: { operation: 'getStatus' },
		});
		expect(json).toEqual([
			ofTask('bad', 'failed'),
			ofTask('endless', 'generating'),
			ofTask('good', 'succeeded'),
		]);
	});

	test('Keep Running', async () => {
		testBed().simulator.addTasks([{ taskId: 'slow', durationLookups: 2 }, { taskId: 'quick' }]);
		const { json } = await testBed().run({
			items: items('slow', 'quick', 'slow'),
			parameters: { operation: 'waitUntilComplete', polling: { interval: 0.2 } },
		});
		expect(json).toMatchObject([
			{ taskId: 'slow', status: 'succeeded', wait: { lookups: 3, timedOut: false } },
			{ taskId: 'quick', status: 'succeeded', wait: { lookups: 1, timedOut: false } },
			{ taskId: 'slow', status: 'succeeded', wait: { lookups: 3, timedOut: false } },
		]);
	});

	test('By Status', async () => {
		addTasks(1);
		const { outputs } = await testBed().run({
			items: items('bad', 'endless', 'good'),
			parameters: {
				operation: 'waitUntilComplete',
				outputMode: 'byStatus',
				polling: { interval: 0.2, timeout: 1, onTimeout: 'output' },
			},
		});
		expect(outputs).toEqual([
			[ofTask('good', 'succeeded')],
			[ofTask('bad', 'failed')],
			[ofTask('endless', 'generating')],
		]);
	});

	test('Error Output', async () => {
		addTasks();
		const { execution, outputs } = await testBed().run({
			items: items('missing', 'good'),
			parameters: { operation: 'getStatus' },
			node: { onError: 'continueErrorOutput' },
		});
		expect(execution.status).toBe('success');
		expect(outputs).toEqual([
			[ofTask('good', 'succeeded')],
			[{ taskId: 'missing', code: 422, message: expect.any(String) }],
		]);
	});

	test('Download', async () => {
		testBed().simulator.addTask({ taskId: 'good' });
		const parameters = { operation: 'download' };
		const workflow = testBed()
			.workflow({ items: items('good'), parameters })
			.then(hashFile('data'));
		const { execution } = await testBed().runWorkflow(workflow);
		expect(jsonOf(execution.nodes.Hash?.outputs[0])).toMatchObject([
			{ taskId: 'good', data: VIDEO_SHA256 },
		]);
	});

	test('AI Tool', async () => {
		addTasks();
		expect(await versionsOf(TOOL_TYPE)).toEqual([1]);
		// Older versions of n8n have no trigger with the protocol of our client
		if (!(await versionsOf(MCP_TRIGGER.type)).includes(MCP_TRIGGER.typeVersion)) return;
		const mcp = await offerNodeAsTool(testBed(), { operation: 'getStatus' });
		const response = await mcp.callTool('Veo_task', { taskId: 'good' });
		expect(itemsOf(response)).toEqual([ofTask('good', 'succeeded')]);
	});

	if (parks) {
		test(
			'Park',
			async () => {
				addTasks(1);
				const workflow = testBed().workflow({
					items: items('bad', 'good'),
					parameters: parked({}, { outputMode: 'byStatus' }),
				});
				const id = await testBed().client.start(workflow.build());
				await testBed().client.waitUntil(id, ({ status }) => status === 'waiting');
				await testBed().restart('stop');
				const ended = await testBed().client.waitForEnd(id, PARKING_TIMEOUT_MS);
				const { execution, outputs } = resultOf(ended);
				expect(execution.status).toBe('success');
				expect(outputs).toEqual([
					[endedWhileParked('good')],
					[endedWhileParked('bad', 'failed')],
					[],
				]);
			},
			PARKING_TIMEOUT_MS,
		);
	} else {
		test('Park', async () => {
			addTasks(1);
			const { execution } = await testBed().run({ items: items('good'), parameters: parked() });
			expect(execution.status).toBe('error');
			expect(execution.error?.message).toMatch(/park/i);
			expect(testBed().simulator.summary().perTask).toEqual({});
		});
	}

	test(
		'Wake',
		async () => {
			const { client, simulator, workflow } = testBed();
			simulator.planTasks('A dog', [{ durationSeconds: 10, callbacks: doubledCallback() }]);
			const setup = workflow({ items: [{}], parameters: CREATION });
			const id = await client.start(setup.build());
			const { execution, json } = resultOf(await client.waitForEnd(id, PARKING_TIMEOUT_MS));
			const requests = simulator.ledger({ kind: 'generate' }).map(({ content }) => content);
			if (!parks) {
				expect(execution.status).toBe('error');
				expect(requests).toEqual([]);
			} else {
				const [taskId = ''] = simulator.createdTasks('A dog');
				expect(json).toEqual([endedWhileParked(taskId, 'succeeded', 1)]);
				expect(requests).toEqual([
					wakes
						? expect.objectContaining({ callBackUrl: expect.any(String) })
						: expect.not.objectContaining({ callBackUrl: expect.any(String) }),
				]);
				const { waitedSeconds } = json[0]?.wait as { waitedSeconds: number };
				expect(waitedSeconds < MIN_PARKED_INTERVAL_S).toBe(wakes);
			}
		},
		PARKING_TIMEOUT_MS,
	);
});
