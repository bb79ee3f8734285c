/**
 * What users notice of the package, in each supported n8n. main.mts runs these tests for one n8n at a time. Their titles are
 * the columns of docs/compatibility.md.
 */

import {
	callWorkflow,
	calledTrigger,
	fileFromBase64,
	hashFile,
} from '../n8n-harness/core-nodes.mjs';
import { preparedTarball } from '../n8n-harness/package-under-test.mjs';
import { startSandbox } from '../n8n-harness/sandbox.mjs';
import { items, manualTrigger, noOp, WorkflowBuilder } from '../n8n-harness/workflows.mjs';
import { doubledCallback, lostCallback } from '../simulator/callback-script.mjs';
import { refused } from '../simulator/creation-plan.mjs';
import { paidTwice } from '../simulator/ledger.mjs';
import { bytesOfVideo } from '../simulator/video-files.mjs';
import {
	API_KEY,
	AS_CREATED,
	jsonOf,
	NODE,
	resultOf,
	TestBed,
	testBed,
	useTestBed,
} from '../e2e/support/test-bed.mjs';
import { itemsOf, MCP_TRIGGER, offerNodeAsTool, TOOL_TYPE } from '../e2e/support/node-as-tool.mjs';
import { endedWhileParked, parked, MIN_PARKED_INTERVAL_S } from '../e2e/support/parking.mjs';
import { postAsProvider, TriggeredWorkflow } from '../e2e/support/trigger.mjs';
import { imageFile } from '../unit/support/fakeBinaryData';
import { sha256 } from '../sha256.mjs';
import { FORMER_BUILDS, tarballOf } from './former-builds.mjs';
import { RELEASES } from './releases.mjs';
import { checkParked, leaveBehind, type LeftBehind } from './upgrade.mjs';

/** Older versions of n8n refuse to start with the name of a module that they don't know. */
const env = { N8N_DISABLED_MODULES: '' };

const PARKING_TIMEOUT_MS = 4 * MIN_PARKED_INTERVAL_S * 1000;

/** Creates a task for each prompt. */
const CREATION = {
	resource: 'video',
	operation: 'generate',
	prompt: '={{ $json.prompt }}',
	polling: { interval: 0.2 },
};

const VIDEO_SHA256 = sha256(bytesOfVideo('landscape'));

const ofTasks = (...taskIds: string[]) => taskIds.map((taskId) => ({ taskId }));

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

/** The requests that created a task. */
const created = () => testBed().simulator.ledger({ accepted: true });

describe.each(RELEASES)('n8n $n8n', (tested) => {
	const { parks, wakes, hasCustomData, ...release } = tested;
	useTestBed({ start: async () => await startSandbox({ release, env }) });
	afterEach(() => expect(paidTwice(testBed().simulator.ledger())).toEqual([]));

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
			items: ofTasks('bad', 'endless', 'good'),
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
			items: ofTasks('slow', 'quick', 'slow'),
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
			items: ofTasks('bad', 'endless', 'good'),
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
			items: ofTasks('missing', 'good'),
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
			.workflow({ items: ofTasks('good'), parameters })
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

	test('Generate', async () => {
		const { simulator, workflow, runWorkflow } = testBed();
		const prompts = ['A dog', 'A cat'];
		simulator.planTasks('A dog', [{ durationLookups: 2 }]);
		const setup = workflow({ items: prompts.map((prompt) => ({ prompt })), parameters: CREATION });
		const { execution, json } = await runWorkflow(setup.then(hashFile('data')));
		const taskIds = prompts.flatMap((prompt) => simulator.createdTasks(prompt));
		expect(created()).toHaveLength(2);
		expect(json).toEqual(taskIds.map((taskId) => ofTask(taskId, 'succeeded')));
		expect(jsonOf(execution.nodes.Hash?.outputs[0])).toMatchObject(
			taskIds.map((taskId) => ({ taskId, data: VIDEO_SHA256 })),
		);
		expect(Object.values(execution.customData).sort()).toEqual(hasCustomData ? taskIds.sort() : []);
	});

	test('Images', async () => {
		const { node, runWorkflow, simulator } = testBed();
		const image = imageFile();
		const parameters = {
			...CREATION,
			prompt: 'A dog',
			generationType: 'REFERENCE_2_VIDEO',
			imageSource: 'binary',
			downloadVideos: false,
		};
		const workflow = new WorkflowBuilder('Images', AS_CREATED)
			.then(manualTrigger())
			.then(items([{ image: image.toString('base64') }]))
			.then(fileFromBase64('image', 'image/png'))
			.then(node({ parameters }));
		const { json } = await runWorkflow(workflow);
		const [upload] = simulator.uploads();
		expect(upload).toMatchObject({ sha256: sha256(image), mimeType: 'image/png' });
		expect(created()).toMatchObject([{ content: { imageUrls: [upload?.downloadUrl] } }]);
		expect(json).toEqual([ofTask(simulator.createdTasks('A dog')[0] ?? '', 'succeeded')]);
	});

	test('Paid Once', async () => {
		const { client, simulator, workflow } = testBed();
		simulator.planCreations('bad', [{ ...refused(422), times: 'always' }]);
		const setup = workflow({
			items: [{ prompt: 'good' }, { prompt: 'bad' }],
			parameters: { ...CREATION, options: { maxConcurrency: 1 } },
			node: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
		});
		const id = await client.start(setup.build());
		const failed = await client.waitForEnd(id);
		const retried = await client.waitForEnd(await client.retryExecution(id));
		for (const { status, nodes } of [failed, retried]) {
			expect(status).toBe('error');
			expect(nodes[NODE]?.error?.description).toContain(simulator.createdTasks('good')[0]);
		}
		expect(created()).toHaveLength(1);
	});

	test('Trigger', async () => {
		const { client, simulator, sink } = testBed();
		simulator.addTask({ taskId: 'good' });
		const workflow = await TriggeredWorkflow.activate(testBed());
		await postAsProvider(() => workflow.url, 'good');
		expect(await sink.waitForTasks(['good'])).toEqual([ofTask('good', 'succeeded')]);
		expect(await workflow.post('good')).toMatchObject({ status: 200 });
		expect(await workflow.post('forged')).toMatchObject({ status: 404 });
		await client.deactivateWorkflow(workflow.id);
		expect(sink.forTasks(['good'])).toHaveLength(1);
		expect(await workflow.countExecutions()).toBe(1);
	});

	if (parks) {
		test(
			'Park',
			async () => {
				addTasks(1);
				const workflow = testBed().workflow({
					items: ofTasks('bad', 'good'),
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
			const { execution } = await testBed().run({ items: ofTasks('good'), parameters: parked() });
			expect(execution.status).toBe('error');
			expect(execution.error?.message).toMatch(/park/i);
			expect(testBed().simulator.summary().perTask).toEqual({});
		});
	}

	test(
		'Sub-workflow',
		async () => {
			addTasks(1);
			const { client, node } = testBed();
			const failedTask = { failedTask: 'error' };
			const parameters = parks
				? parked({}, failedTask)
				: { operation: 'waitUntilComplete', polling: { interval: 0.2 }, ...failedTask };
			const called = await client.createWorkflow(
				new WorkflowBuilder('Called', AS_CREATED)
					.then(calledTrigger())
					.then(node({ parameters }))
					.build(),
			);
			await client.activateWorkflow(called);
			const call = async (taskId: string) => {
				const caller = new WorkflowBuilder('Caller', AS_CREATED)
					.then(manualTrigger())
					.then(items(ofTasks(taskId)))
					.then(callWorkflow(called))
					.then(noOp('After'));
				return await client.runToEnd(caller.build(), PARKING_TIMEOUT_MS);
			};
			const [good, bad] = await Promise.all([call('good'), call('bad')]);
			expect(jsonOf(good.nodes.After?.outputs[0])).toEqual([ofTask('good', 'succeeded')]);
			expect(bad.status).toBe('error');
			expect(bad.nodes).not.toHaveProperty('After');
		},
		PARKING_TIMEOUT_MS,
	);

	test(
		'Wake',
		async () => {
			const { client, simulator, workflow } = testBed();
			simulator.planTasks('A dog', [{ durationSeconds: 10, callbacks: doubledCallback() }]);
			const parameters = { ...CREATION, downloadVideos: false, whileWaiting: 'park', polling: {} };
			const setup = workflow({ items: [{ prompt: 'A dog' }], parameters });
			const id = await client.start(setup.build());
			const { execution, json } = resultOf(await client.waitForEnd(id, PARKING_TIMEOUT_MS));
			if (!parks) {
				expect(execution.status).toBe('error');
				expect(simulator.requests()).toEqual([]);
				return;
			}
			const [taskId = ''] = simulator.createdTasks('A dog');
			expect(json).toEqual([endedWhileParked(taskId, 'succeeded', 1)]);
			const [creation] = created();
			expect('callBackUrl' in (creation?.content as object)).toBe(wakes);
			const { waitedSeconds } = json[0]?.wait as { waitedSeconds: number };
			expect(waitedSeconds < MIN_PARKED_INTERVAL_S).toBe(wakes);
		},
		PARKING_TIMEOUT_MS,
	);

	test('Upgrade', async () => {
		const [oldest, ...later] = FORMER_BUILDS;
		const tarball = tarballOf(oldest);
		const bed = await TestBed.open({
			start: async () => await startSandbox({ release, env, tarball }),
		});
		try {
			bed.simulator.planTasks('*', [{ callbacks: lostCallback() }]);
			const left: LeftBehind[] = await leaveBehind(bed, oldest, tested);
			for (const build of later) {
				await bed.restart('stop', tarballOf(build));
				left.push(...(await leaveBehind(bed, build, tested)));
			}
			await checkParked(bed, left);
			await bed.restart('stop', preparedTarball());
			const finished = left.map(async ({ name, finish }) => [name, await finish()]);
			const expected = left.map((each) => [each.name, each.expected]);
			expect(await Promise.all(finished)).toEqual(expected);
			expect(paidTwice(bed.simulator.ledger())).toEqual([]);
		} finally {
			await bed.close();
		}
	});
});
