/**
 * `npm start` shows the node in a real n8n. It sets up what is missing, waits for eight tasks that end differently,
 * generates three videos, prints the results, and leaves the editor open.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { DEFAULT_OWNER, type N8nClient } from '../client.mjs';
import { installN8n } from '../install.mjs';
import { startN8n, type RunningN8n } from '../server.mjs';
import { shownOnTerminal } from '../system/progress.mjs';
import { Shutdown } from '../system/shutdown.mjs';
import { installPackageInN8n, lockDemoFolder } from './demo-folder.mjs';
import { TRIGGER, WAITING_NODE } from './example-workflow.mjs';
import { ownTasks } from './own-tasks.mjs';
import { readSettings, USAGE, type DemoSettings } from './settings.mjs';
import { setUp, type SavedExample, type Setup } from './setup.mjs';
import { exitCodeFor, shutdownSignal } from './shutdown-signal.mjs';
import { simulatedTasks } from './simulated-tasks.mjs';
import type { TaskSource } from './task-source.mjs';

const PREFERRED_PORT = 5678;
/** The time that n8n gets in addition to the node's timeout. */
const RUN_SLACK_MS = 60_000;
const POLL_INTERVAL_MS = 1_000;

interface RunningDemo extends Setup {
	readonly n8n: RunningN8n;
	readonly source: TaskSource;
}

/** A run of an example. */
interface Run {
	readonly example: SavedExample;
	/** Null if the example did not run. */
	readonly executionId: string | null;
	/** Everything that is wrong with the results. */
	readonly faults: readonly string[];
}

async function startDemo({ realApi }: DemoSettings, shutdown: Shutdown): Promise<RunningDemo> {
	const demoFolder = await lockDemoFolder();
	shutdown.register(demoFolder.release);
	await Promise.all([installN8n(shownOnTerminal), installPackageInN8n(demoFolder)]);
	const source = realApi ? ownTasks(realApi) : await simulatedTasks();
	shutdown.register(() => source.close());
	const { userFolder } = demoFolder;
	const n8n = await shownOnTerminal('Starting n8n', () =>
		startN8n(userFolder, { port: PREFERRED_PORT }),
	);
	shutdown.register(() => shownOnTerminal('Stopping n8n', () => n8n.stop()));
	const setup = await shownOnTerminal('Setting up owner, credential and workflows', () =>
		setUp(n8n.url, source, userFolder),
	);
	// Otherwise n8n waits 5 s for running executions
	shutdown.register(() => stopRunningExecutions(setup));
	return { ...setup, n8n, source };
}

async function stopRunningExecutions({ client }: Setup): Promise<void> {
	const running = await client.listExecutions({ status: ['running', 'waiting'] });
	await Promise.allSettled(running.map(({ id }) => client.stopExecution(id)));
}

/** Runs all examples at once. Prints their tables one after the other. */
async function runExamples({ client, examples }: RunningDemo): Promise<Run[]> {
	const started: Array<readonly [SavedExample, string | null]> = [];
	for (const example of examples) started.push([example, await start(client, example)]);
	const runs: Run[] = [];
	for (const [example, executionId] of started) {
		runs.push(
			executionId === null
				? { example, executionId, faults: [example.obstacle ?? ''] }
				: await waitForRun(client, example, executionId),
		);
	}
	return runs;
}

/** Returns the ID of the execution; null if the example can't run. */
async function start(
	client: N8nClient,
	{ workflowId, obstacle }: SavedExample,
): Promise<string | null> {
	return obstacle === null ? await client.runByHand(workflowId, TRIGGER) : null;
}

async function waitForRun(
	client: N8nClient,
	example: SavedExample,
	executionId: string,
): Promise<Run> {
	const execution = await shownOnTerminal(example.progress, () =>
		client.waitForEnd(executionId, example.timeout * 1_000 + RUN_SLACK_MS),
	);
	const run = execution.nodes[example.node];
	if (execution.status !== 'success' || !run) {
		const why = execution.error?.message ?? 'n8n gives no reason';
		const faults = [`${example.name}: the execution ended as "${execution.status}": ${why}`];
		return { example, executionId, faults };
	}
	console.log(`\n${example.tableOf(run)}\n`);
	return { example, executionId, faults: example.faultsIn(run) };
}

function printVerdict(runs: readonly Run[]): number {
	const faults = runs.flatMap((run) => run.faults);
	for (const fault of faults) console.error(`✗ ${fault}`);
	if (faults.length === 0) console.log('Every task has the expected result.');
	return faults.length === 0 ? 0 : 1;
}

function printAccess({ n8n, source }: RunningDemo, runs: readonly Run[]): void {
	const { label, apiKey, baseUrl, generation } = source;
	const lines = [
		'',
		'The editor is open:',
		...runs.flatMap((run) => linksTo(n8n.url, run)),
		`  E-mail     ${DEFAULT_OWNER.email}`,
		`  Password   ${DEFAULT_OWNER.password}`,
		'',
		`The ${label}, for credentials of your own:`,
		`  Base URL   ${baseUrl}`,
		// A real key stays hidden
		...(generation === null ? [] : [`  API key    ${apiKey}`]),
		'',
		'Press Ctrl-C to stop.',
	];
	console.log(lines.join('\n'));
}

function linksTo(n8nUrl: string, { example, executionId }: Run): string[] {
	const workflow = `${n8nUrl}/workflow/${example.workflowId}`;
	return [
		`  Workflow   ${workflow} (${example.name})`,
		...(executionId === null ? [] : [`  This run   ${workflow}/executions/${executionId}`]),
	];
}

/** Resolves with an exit code if n8n exits on its own. */
async function leaveOpen(demo: RunningDemo): Promise<number> {
	void startOverAfterEachRun(demo);
	await demo.n8n.ended;
	return 1;
}

/** Lets the eight tasks take their time again when the user runs their workflow in the editor. Ends with the process. */
async function startOverAfterEachRun({ client, examples, source }: RunningDemo): Promise<never> {
	const workflowId = examples.find(({ node }) => node === WAITING_NODE)?.workflowId ?? '';
	let last: string | undefined;
	for (;;) {
		const [latest] = await client
			.listExecutions({ workflowId, status: ['success', 'error', 'canceled', 'crashed'] })
			.catch(() => []);
		if (latest && latest.id !== last) {
			last = latest.id;
			source.startOver();
		}
		await sleep(POLL_INTERVAL_MS);
	}
}

/** Returns the demo that stays open, or an exit code. */
async function show(
	settings: DemoSettings,
	shutdown: Shutdown,
): Promise<[RunningDemo, Run[]] | number> {
	const demo = await startDemo(settings, shutdown);
	const runs = await runExamples(demo);
	// After an interruption there is no verdict
	if (shutdown.hasBegun) return 1;
	const verdict = printVerdict(runs);
	return settings.headless ? verdict : [demo, runs];
}

/** Returns the exit code. */
async function main(signal: Promise<NodeJS.Signals>, shutdown: Shutdown): Promise<number> {
	const settings = readSettings(process.argv.slice(2), process.env);
	if (settings.help) {
		console.log(USAGE);
		return 0;
	}
	const shown = await Promise.race([show(settings, shutdown), signal.then(exitCodeFor)]);
	if (typeof shown === 'number') return shown;
	const [demo, runs] = shown;
	printAccess(demo, runs);
	// Ctrl-C is the normal way to stop
	const exitCode = await Promise.race([signal.then(() => 0), leaveOpen(demo)]);
	if (exitCode !== 0) {
		console.error(`n8n exited on its own. Its log:\n${demo.n8n.logs().slice(-3_000)}`);
	}
	return exitCode;
}

function explain(error: unknown): number {
	console.error(`\n${error instanceof Error ? error.message : String(error)}`);
	return 1;
}

const shutdown = new Shutdown();
const exitCode = await main(shutdownSignal(), shutdown).catch(explain);
await shutdown.run();
process.exit(exitCode);
