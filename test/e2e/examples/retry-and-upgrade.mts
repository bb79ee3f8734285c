import type { INodeParameters } from 'n8n-workflow';

import { createdWithoutResponse } from '../../simulator/creation-plan.mjs';
import type { TaskPlan } from '../../simulator/task-script.mjs';
import { importExample, runExample } from '../support/examples.mjs';
import { testBed } from '../support/test-bed.mjs';

const PROVIDER_FAILURE: TaskPlan = { ending: { kind: 'failed', successFlag: 3, errorCode: 500 } };
const REJECTED: TaskPlan = { ending: { kind: 'failed', successFlag: 2, errorCode: 400 } };
const BY_FALLBACK: TaskPlan = { ending: { kind: 'succeeded', model: 'fallback' } };

interface Case {
	plans?: TaskPlan[];
	/** Parameters of Generate a video and of Get 1080p. */
	generate?: INodeParameters;
	upgrade?: INodeParameters;
}

/** Runs the example with these tasks. Returns the created tasks, the 1080p requests, and the messages. */
async function run(prompt: string, { plans = [], generate, upgrade }: Case) {
	const { simulator, sink } = testBed();
	if (plans.length > 0) simulator.planTasks(prompt, plans);
	// A chat for each case, as all post to the same server
	const chatId = prompt;
	const { id } = await importExample('retry-and-upgrade', {
		'Generate a video': { prompt, ...generate },
		'Get 1080p': { polling: { interval: 0.2 }, ...upgrade },
		"Tell me it's ready": { chatId },
		'Tell me what happened': { chatId },
	});
	expect((await runExample(id)).status).toBe('success');
	const created = simulator.createdTasks(prompt);
	const upgrades = simulator
		.requests({ taskId: created.at(-1) ?? '' })
		.filter(({ path }) => path.includes('/get-1080p-video')).length;
	const messages = sink.received
		.filter(({ chat_id }) => chat_id === chatId)
		.map(({ text }) => String(text));
	return { created, upgrades, messages };
}

const videoOf = (taskId: string | undefined, name: string) =>
	`${testBed().simulator.videoBaseUrl}/videos/${taskId}/${name}.mp4`;

test.concurrent('Retry: a rejected task is reported, and not created again', async () => {
	const { created, messages } = await run('Rejected', { plans: [REJECTED] });
	expect(created).toHaveLength(1);
	expect(messages).toEqual([expect.stringMatching(/flagged/)]);
});

test.concurrent(
	'Retry: a task that the provider fails is created at most three times',
	async () => {
		const { created, messages } = await run('Down', { plans: [PROVIDER_FAILURE] });
		expect(created).toHaveLength(3);
		expect(messages).toEqual([expect.stringContaining(created[2] ?? '')]);
	},
);

test.concurrent(
	'Retry: a creation that may have been paid is reported, and not repeated',
	async () => {
		const prompt = 'Uncertain';
		const { simulator } = testBed();
		simulator.planCreations(prompt, [createdWithoutResponse()]);
		const { messages } = await run(prompt, { generate: { options: { requestTimeout: 1 } } });
		expect(simulator.ledger({ prompt })).toHaveLength(1);
		expect(messages).toEqual([expect.stringContaining('may exist and be paid')]);
	},
);

test.concurrent(
	'Retry: a task that outlasts the wait is reported, and not created again',
	async () => {
		const { created, messages } = await run('Endless', {
			plans: [{ ending: { kind: 'never' } }],
			generate: { polling: { timeout: 0.5 } },
		});
		expect(created).toHaveLength(1);
		expect(messages).toEqual([expect.stringContaining(created[0] ?? '')]);
	},
);

test.concurrent('Upgrade: the link is to the 1080p video, once it is ready', async () => {
	const plans = [PROVIDER_FAILURE, { upgrade: { notReadyForRequests: 2 } }];
	const { created, messages, upgrades } = await run('Primary', { plans });
	expect(created).toHaveLength(2);
	expect(upgrades).toBe(3);
	expect(messages).toEqual([`Your video is ready in 1080p: ${videoOf(created[1], '1080p-1')}`]);
});

test.concurrent('Upgrade: without 1080p in time, the link is to the 720p video', async () => {
	const { created, messages } = await run('Slow 1080p', {
		plans: [PROVIDER_FAILURE, { upgrade: { notReadyForRequests: 99 } }],
		upgrade: { polling: { interval: 0.2, timeout: 0.5 } },
	});
	expect(messages).toEqual([`Your video is ready in 720p: ${videoOf(created[1], '1')}`]);
});

test.concurrent.each<[string, Case]>([
	['a video of the fallback model', { plans: [BY_FALLBACK] }],
	['a portrait video', { generate: { aspectRatio: '9:16' } }],
])('Upgrade: %s stays as it is', async (title, settings) => {
	const { created, messages, upgrades } = await run(`As it is: ${title}`, settings);
	expect(upgrades).toBe(0);
	expect(messages).toEqual([`Your video is ready in 720p: ${videoOf(created[0], '1')}`]);
});
