import type { IDataObject } from 'n8n-workflow';

import type { Workflow } from '../../n8n-harness/workflows.mjs';
import type { TaskPlan } from '../../simulator/task-script.mjs';
import { withNode } from '../support/example.mjs';
import { lab } from '../support/examples-test-bed.mjs';

const FAILED_AT_PROVIDER: TaskPlan = { ending: { kind: 'failed', successFlag: 3, errorCode: 500 } };
const REJECTED: TaskPlan = { ending: { kind: 'failed', successFlag: 2, errorCode: 400 } };
const BY_FALLBACK: TaskPlan = { ending: { kind: 'succeeded', model: 'fallback' } };

interface Case {
	prompt: string;
	plans: TaskPlan[];
	settings?: IDataObject;
	change?: (workflow: Workflow) => Workflow;
}

/** Runs the example with tasks of these fates: the tasks it created, what it told, the nodes it went through. */
async function run({ prompt, plans, settings, change }: Case) {
	const { simulator, inbox } = lab();
	simulator.planTasks(prompt, plans);
	const { id } = await lab().importExample(
		'retry-and-upgrade',
		{
			baseUrl: simulator.baseUrl,
			notifyUrl: inbox.url,
			secondsBetweenAttempts: 0.2,
			prompt,
			...settings,
		},
		change,
	);
	const { status, nodes } = await lab().runToEnd(id, 'Start');
	expect(status).toBe('success');
	const created = simulator.createdTasks(prompt);
	const told = inbox.received.map((message) => String(message.text));
	const asked = simulator
		.requests({ taskId: created.at(-1) ?? '' })
		.filter(({ path }) => path.includes('/get-1080p-video')).length;
	return {
		created,
		asked,
		told: told.filter((each) =>
			created.some((taskId) => each.match(/^Task (\w+)/)?.[1] === taskId),
		),
		went: Object.keys(nodes),
	};
}

const videoOf = (taskId: string | undefined, name: string) =>
	`${lab().simulator.videoBaseUrl}/videos/${taskId}/${name}.mp4`;

test.concurrent('A rejected task is told, and not created again', async () => {
	const { created, told, asked, went } = await run({ prompt: 'Rejected', plans: [REJECTED] });
	expect(created).toHaveLength(1);
	expect(told).toEqual([expect.stringMatching(/was rejected: .*flagged.* Change the prompt/)]);
	expect(asked).toBe(0);
	expect(went).toContain('Rejected');
});

test.concurrent('A task that fails at the provider is created again, twice at most', async () => {
	const { created, told, went } = await run({ prompt: 'Down', plans: [FAILED_AT_PROVIDER] });
	expect(created).toHaveLength(3);
	expect(told).toEqual([expect.stringContaining(`Task ${created[2]} failed at the provider`)]);
	expect(went).not.toContain('Which model made it?');
});

test.concurrent('The third one made by the fallback model: told as it is, no upgrade', async () => {
	const plans = [FAILED_AT_PROVIDER, FAILED_AT_PROVIDER, BY_FALLBACK];
	const { created, told, asked } = await run({ prompt: 'Fallback', plans });
	expect(created).toHaveLength(3);
	expect(told).toEqual([
		expect.stringMatching(/made by the fallback model, so it stays at 720p: http/),
	]);
	expect(told[0]).toContain(videoOf(created[2], '1'));
	expect(asked).toBe(0);
});

test.concurrent('By the primary model in 16:9: asked for in 1080p until it is there', async () => {
	const plans = [{ upgradeNotReadyFor: 2 }];
	const { created, told, asked } = await run({ prompt: 'Primary', plans });
	expect(created).toHaveLength(1);
	expect(asked).toBe(3);
	expect(told).toEqual([`Task ${created[0]} is ready in 1080p: ${videoOf(created[0], '1080p-1')}`]);
});

test.concurrent(
	'1080p that does not come: told in what it has, after as many tries as set',
	async () => {
		const plans = [{ upgradeNotReadyFor: 99 }];
		const settings = { max1080pAttempts: 2 };
		const { created, told, asked } = await run({ prompt: 'Slow 1080p', plans, settings });
		expect(asked).toBe(2);
		expect(told).toEqual([
			expect.stringMatching(/isn't available in 1080p yet \(1080p is processing.*in 720p: http/),
		]);
		expect(told[0]).toContain(videoOf(created[0], '1'));
	},
);

test.concurrent('An upright video is kept as it is', async () => {
	const settings = { aspectRatio: '9:16' };
	const { told, asked, went } = await run({ prompt: 'Upright', plans: [], settings });
	expect(told).toEqual([expect.stringContaining('is ready (720p): http')]);
	expect(asked).toBe(0);
	expect(went).toContain('Keep as it is');
});

test.concurrent('A task that outlasts the wait is told, and not created again', async () => {
	const { created, told } = await run({
		prompt: 'Endless',
		plans: [{ ending: { kind: 'never' } }],
		change: (workflow) =>
			withNode(workflow, 'Wait for the video', () => ({
				polling: { timeout: 0.5, onTimeout: 'output' },
			})),
	});
	expect(created).toHaveLength(1);
	expect(told).toEqual([expect.stringContaining("isn't complete yet")]);
});

test.concurrent('An order that Apikley refuses is told in its own words', async () => {
	const { went } = await run({ prompt: ' ', plans: [] });
	expect(went).toEqual([
		'Start',
		'Settings',
		'Create the task',
		'Created?',
		'Not created',
		'Notify',
	]);
	expect(lab().inbox.received).toContainEqual({
		text: "Apikley didn't create the task: Prompt cannot be empty",
	});
});
