import type { IDataObject } from 'n8n-workflow';

import type { Workflow } from '../../n8n-harness/workflows.mjs';
import type { TaskPlan } from '../../simulator/task-script.mjs';
import { importExample, runExample, withNode } from '../support/examples.mjs';
import { testBed } from '../support/test-bed.mjs';

const PROVIDER_FAILURE: TaskPlan = { ending: { kind: 'failed', successFlag: 3, errorCode: 500 } };
const REJECTED: TaskPlan = { ending: { kind: 'failed', successFlag: 2, errorCode: 400 } };
const BY_FALLBACK: TaskPlan = { ending: { kind: 'succeeded', model: 'fallback' } };

interface Case {
	prompt: string;
	plans: TaskPlan[];
	settings?: IDataObject;
	change?: (workflow: Workflow) => Workflow;
}

/** Runs the example with these tasks. Returns the created tasks, the 1080p requests, the messages, and the nodes that ran. */
async function run({ prompt, plans, settings, change }: Case) {
	const { simulator, sink } = testBed();
	simulator.planTasks(prompt, plans);
	const { id } = await importExample(
		'retry-and-upgrade',
		{
			baseUrl: simulator.baseUrl,
			notifyUrl: sink.url,
			secondsBetweenAttempts: 0.2,
			prompt,
			...settings,
		},
		change,
	);
	const { status, nodes } = await runExample(id, 'Start');
	expect(status).toBe('success');
	const created = simulator.createdTasks(prompt);
	const messages = sink.received.map((message) => String(message.text));
	const upgrades = simulator
		.requests({ taskId: created.at(-1) ?? '' })
		.filter(({ path }) => path.includes('/get-1080p-video')).length;
	return {
		created,
		upgrades,
		messages: messages.filter((each) =>
			created.some((taskId) => each.match(/^Task (\w+)/)?.[1] === taskId),
		),
		ran: Object.keys(nodes),
	};
}

const videoOf = (taskId: string | undefined, name: string) =>
	`${testBed().simulator.videoBaseUrl}/videos/${taskId}/${name}.mp4`;

test.concurrent('Retry: a rejected task is reported, and not created again', async () => {
	const { created, messages, upgrades, ran } = await run({ prompt: 'Rejected', plans: [REJECTED] });
	expect(created).toHaveLength(1);
	expect(messages).toEqual([expect.stringMatching(/was rejected: .*flagged.* Change the prompt/)]);
	expect(upgrades).toBe(0);
	expect(ran).toContain('Rejected');
});

test.concurrent(
	'Retry: a task that the provider fails is created at most three times',
	async () => {
		const { created, messages, ran } = await run({ prompt: 'Down', plans: [PROVIDER_FAILURE] });
		expect(created).toHaveLength(3);
		expect(messages).toEqual([
			expect.stringContaining(`Task ${created[2]} failed at the provider`),
		]);
		expect(ran).not.toContain('Which model made it?');
	},
);

test.concurrent('Retry: a video of the fallback model is not upgraded', async () => {
	const plans = [PROVIDER_FAILURE, PROVIDER_FAILURE, BY_FALLBACK];
	const { created, messages, upgrades } = await run({ prompt: 'Fallback', plans });
	expect(created).toHaveLength(3);
	expect(messages).toEqual([
		expect.stringMatching(/made by the fallback model, so it stays at 720p: http/),
	]);
	expect(messages[0]).toContain(videoOf(created[2], '1'));
	expect(upgrades).toBe(0);
});

test.concurrent('Upgrade: 1080p is requested until it is ready', async () => {
	const plans = [{ upgrade: { notReadyForRequests: 2 } }];
	const { created, messages, upgrades } = await run({ prompt: 'Primary', plans });
	expect(created).toHaveLength(1);
	expect(upgrades).toBe(3);
	const video = videoOf(created[0], '1080p-1');
	expect(messages).toEqual([`Task ${created[0]} is ready in 1080p: ${video}`]);
});

test.concurrent('Upgrade: without 1080p in time, the 720p video is reported', async () => {
	const plans = [{ upgrade: { notReadyForRequests: 99 } }];
	const settings = { max1080pAttempts: 2 };
	const { created, messages, upgrades } = await run({ prompt: 'Slow 1080p', plans, settings });
	expect(upgrades).toBe(2);
	expect(messages).toEqual([
		expect.stringMatching(/isn't available in 1080p yet \(1080p is processing.*in 720p: http/),
	]);
	expect(messages[0]).toContain(videoOf(created[0], '1'));
});

test.concurrent('Upgrade: a portrait video stays as it is', async () => {
	const settings = { aspectRatio: '9:16' };
	const { messages, upgrades, ran } = await run({ prompt: 'Upright', plans: [], settings });
	expect(messages).toEqual([expect.stringContaining('is ready (720p): http')]);
	expect(upgrades).toBe(0);
	expect(ran).toContain('Keep as it is');
});

test.concurrent('Retry: a task that outlasts the wait is reported, not created again', async () => {
	const { created, messages } = await run({
		prompt: 'Endless',
		plans: [{ ending: { kind: 'never' } }],
		change: (workflow) =>
			withNode(workflow, 'Wait for the video', () => ({
				polling: { timeout: 0.5, onTimeout: 'output' },
			})),
	});
	expect(created).toHaveLength(1);
	expect(messages).toEqual([expect.stringContaining("isn't complete yet")]);
});

test.concurrent('Retry: a refused order is reported with the reason', async () => {
	const { ran } = await run({ prompt: ' ', plans: [] });
	expect(ran).toEqual([
		'Start',
		'Settings',
		'Create the task',
		'Created?',
		'Not created',
		'Notify',
	]);
	expect(testBed().sink.received).toContainEqual({
		text: "Apikley didn't create the task: Prompt cannot be empty",
	});
});
