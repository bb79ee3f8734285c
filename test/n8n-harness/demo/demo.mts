/**
 * `npm start` shows the node in a real n8n. It sets up what is missing, waits for eight tasks that end differently,
 * prints the results, and leaves the editor open.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { DEFAULT_OWNER } from '../client.mjs';
import { installN8n } from '../install.mjs';
import { startN8n, type RunningN8n } from '../server.mjs';
import { shownOnTerminal } from '../system/progress.mjs';
import { Shutdown } from '../system/shutdown.mjs';
import { installPackageInN8n, lockDemoFolder } from './demo-folder.mjs';
import { TRIGGER, WAITING_NODE } from './example-workflow.mjs';
import { ownTasks } from './own-tasks.mjs';
import { faultsIn, tableOf } from './report.mjs';
import { readSettings, USAGE, type DemoSettings } from './settings.mjs';
import { setUp, type Setup } from './setup.mjs';
import { exitCodeFor, shutdownSignal } from './shutdown-signal.mjs';
import { simulatedTasks } from './simulated-tasks.mjs';
import { rowsOf, type TaskSource } from './task-source.mjs';

const PREFERRED_PORT = 5678;
/** The time that n8n gets in addition to the node's timeout. */
const RUN_SLACK_MS = 60_000;
const POLL_INTERVAL_MS = 1_000;

interface RunningDemo extends Setup {
	readonly n8n: RunningN8n;
	readonly source: TaskSource;
}

/** A run of the example. */
interface Run {
	/** Null if the example did not run. */
	readonly executionId: string | null;
	/** Everything that is wrong with the results. */
	readonly faults: readonly string[];
}

const NO_TASKS =
	'There is no task to wait for. Set APIKLEY_TASK_IDS to the IDs of your tasks, separated by commas.';

async function startDemo({ realApi }: DemoSettings, shutdown: Shutdown): Promise<RunningDemo> {
	const demoFolder = await lockDemoFolder();
	shutdown.register(demoFolder.release);
	await installN8n(shownOnTerminal);
	await installPackageInN8n(demoFolder);
	const source = realApi ? ownTasks(realApi) : await simulatedTasks();
	shutdown.register(() => source.close());
	const { userFolder } = demoFolder;
	const n8n = await shownOnTerminal('Starting n8n', () =>
		startN8n(userFolder, { port: PREFERRED_PORT }),
	);
	shutdown.register(() => shownOnTerminal('Stopping n8n', () => n8n.stop()));
	const setup = await shownOnTerminal('Setting up owner, credential and workflow', () =>
		setUp(n8n.url, source, userFolder),
	);
	// Otherwise n8n waits 5 s for running executions
	shutdown.register(() => stopRunningExecutions(setup));
	return { ...setup, n8n, source };
}

async function stopRunningExecutions({ client }: Setup): Promise<void> {
	const running = await client.listExecutions({ status: ['running'] });
	await Promise.allSettled(running.map(({ id }) => client.stopExecution(id)));
}

async function runExample({ client, workflowId, source }: RunningDemo): Promise<Run> {
	const { tasks, timeout } = source;
	if (tasks.length === 0) return { executionId: null, faults: [NO_TASKS] };
	const executionId = await client.runByHand(workflowId, TRIGGER);
	const execution = await shownOnTerminal(
		`Waiting for ${tasks.length} tasks, up to ${timeout} s, at ${source.baseUrl}`,
		() => client.waitForEnd(executionId, timeout * 1_000 + RUN_SLACK_MS),
	);
	const run = execution.nodes[WAITING_NODE];
	if (execution.status !== 'success' || !run) {
		const why = execution.error?.message ?? 'n8n gives no reason';
		return { executionId, faults: [`The execution ended as "${execution.status}": ${why}`] };
	}
	const rows = rowsOf(run);
	console.log(`\n${tableOf(rows, source)}\n`);
	return { executionId, faults: faultsIn(rows, source) };
}

function printVerdict({ faults }: Run): number {
	for (const fault of faults) console.error(`✗ ${fault}`);
	if (faults.length === 0) console.log('Every task has the expected result.');
	return faults.length === 0 ? 0 : 1;
}

function printAccess({ n8n, workflowId, source }: RunningDemo, { executionId }: Run): void {
	const workflow = `${n8n.url}/workflow/${workflowId}`;
	const lines = [
		'',
		'The editor is open:',
		`  Workflow   ${workflow}`,
		...(executionId === null ? [] : [`  This run   ${workflow}/executions/${executionId}`]),
		`  E-mail     ${DEFAULT_OWNER.email}`,
		`  Password   ${DEFAULT_OWNER.password}`,
		`  API        ${source.baseUrl} (${source.label})`,
		'',
		'Press Ctrl-C to stop.',
	];
	console.log(lines.join('\n'));
}

/** Resolves with an exit code if n8n exits on its own. */
async function leaveOpen(demo: RunningDemo): Promise<number> {
	void startOverAfterEachRun(demo);
	await demo.n8n.ended;
	return 1;
}

/** Lets the tasks take their time again when the user runs the workflow in the editor. Ends with the process. */
async function startOverAfterEachRun({ client, workflowId, source }: RunningDemo): Promise<never> {
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
): Promise<[RunningDemo, Run] | number> {
	const demo = await startDemo(settings, shutdown);
	const run = await runExample(demo);
	// After an interruption there is no verdict
	if (shutdown.hasBegun) return 1;
	const verdict = printVerdict(run);
	return settings.headless ? verdict : [demo, run];
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
	const [demo, run] = shown;
	printAccess(demo, run);
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
