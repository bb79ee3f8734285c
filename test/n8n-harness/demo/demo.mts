/**
 * `npm start`: the node at work in a real n8n. Sets up what is missing, waits for eight tasks of different fates,
 * prints how they came out, and leaves the editor open.
 */
import { DEFAULT_OWNER, type N8nClient } from '../client.mjs';
import { installN8n } from '../install.mjs';
import { freePortFrom } from '../system/ports.mjs';
import { shownOnTerminal } from '../system/progress.mjs';
import { startN8n, type RunningN8n } from '../server.mjs';
import { takeDemoFolder } from './demo-folder.mjs';
import { Ending, exitCodeFor, toldToEnd } from './ending.mjs';
import { TRIGGER, WAITING_NODE } from './example-workflow.mjs';
import { ownTasks } from './own-tasks.mjs';
import { putPackageInN8n } from './package-in-n8n.mjs';
import { faultsIn, tableOf } from './report.mjs';
import { readSettings, USAGE, type DemoSettings } from './settings.mjs';
import { setUp, type Setup } from './setup.mjs';
import { simulatedTasks } from './simulated-tasks.mjs';
import { startOverAfterEachRun } from './start-over.mjs';
import { rowsOf } from './task-row.mjs';
import type { TaskSource } from './task-source.mjs';

const WISHED_PORT = 5678;
/** Beyond the timeout of the node: n8n's own time around it. */
const RUN_SLACK_MS = 60_000;

interface Stage extends Setup {
	readonly n8n: RunningN8n;
	readonly source: TaskSource;
}

/** The run of the example. */
interface Run {
	/** Null when there was none. */
	readonly executionId: string | null;
	/** What is not as it should be. */
	readonly faults: readonly string[];
}

const NO_TASKS = 'No task to wait for: set APIKLEY_TASK_IDS to IDs of your tasks, comma separated.';

async function setTheStage({ realApi }: DemoSettings, ending: Ending): Promise<Stage> {
	const demoFolder = ending.after(await takeDemoFolder(), ({ release }) => release());
	await installN8n(shownOnTerminal);
	await putPackageInN8n(demoFolder, shownOnTerminal);
	const source = ending.after(realApi ? ownTasks(realApi) : await simulatedTasks(), (started) =>
		started.close(),
	);
	const { userFolder } = demoFolder;
	const n8n = await shownOnTerminal('Starting n8n', async () =>
		startN8n({ userFolder, port: await freePortFrom(WISHED_PORT) }),
	);
	ending.after(n8n, () => shownOnTerminal('Stopping n8n', () => n8n.stop()));
	const setup = await shownOnTerminal('Setting up owner, credential and workflow', () =>
		setUp(n8n.url, source, userFolder),
	);
	// n8n would wait 5 s for what still runs
	ending.after(setup.client, stopRunningExecutions);
	return { ...setup, n8n, source };
}

async function stopRunningExecutions(client: N8nClient): Promise<void> {
	const running = await client.listExecutions({ status: ['running'] });
	await Promise.allSettled(running.map(({ id }) => client.stopExecution(id)));
}

async function runExample({ client, workflowId, source }: Stage): Promise<Run> {
	const { tasks, timeout } = source;
	if (tasks.length === 0) return { executionId: null, faults: [NO_TASKS] };
	const executionId = await client.runByHand(workflowId, TRIGGER);
	const execution = await shownOnTerminal(
		`Waiting for ${tasks.length} tasks, up to ${timeout} s, at ${source.baseUrl}`,
		() => client.waitForEnd(executionId, timeout * 1_000 + RUN_SLACK_MS),
	);
	const run = execution.nodes[WAITING_NODE];
	if (execution.status !== 'success' || !run) {
		const why = execution.error?.message ?? 'n8n does not say why';
		return { executionId, faults: [`The execution ended as "${execution.status}": ${why}`] };
	}
	const rows = rowsOf(run);
	console.log(`\n${tableOf(rows, source)}\n`);
	return { executionId, faults: faultsIn(rows, source) };
}

function judge({ faults }: Run): number {
	for (const fault of faults) console.error(`✗ ${fault}`);
	if (faults.length === 0) console.log('Every task came out as it should.');
	return faults.length === 0 ? 0 : 1;
}

function invite({ n8n, workflowId, source }: Stage, { executionId }: Run): void {
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
		'Ctrl-C ends it.',
	];
	console.log(lines.join('\n'));
}

/** Resolves, with the exit code, when n8n ends by itself. */
async function leaveOpen({ n8n, client, workflowId, source }: Stage): Promise<number> {
	void startOverAfterEachRun(client, workflowId, () => source.startOver());
	await n8n.ended;
	return 1;
}

/** Returns what is left open, or the exit code. */
async function show(settings: DemoSettings, ending: Ending): Promise<[Stage, Run] | number> {
	const stage = await setTheStage(settings, ending);
	const run = await runExample(stage);
	// Interrupted: nobody asks for a verdict
	if (ending.hasBegun) return 1;
	const verdict = judge(run);
	return settings.headless ? verdict : [stage, run];
}

/** Returns the exit code. */
async function perform(told: Promise<NodeJS.Signals>, ending: Ending): Promise<number> {
	const settings = readSettings(process.argv.slice(2), process.env);
	if (settings.help) {
		console.log(USAGE);
		return 0;
	}
	const shown = await Promise.race([show(settings, ending), told.then(exitCodeFor)]);
	if (typeof shown === 'number') return shown;
	const [stage, run] = shown;
	invite(stage, run);
	// Ctrl-C is how it is meant to end
	const exitCode = await Promise.race([told.then(() => 0), leaveOpen(stage)]);
	if (exitCode !== 0)
		console.error(`n8n ended by itself. Its log:\n${stage.n8n.logs().slice(-3_000)}`);
	return exitCode;
}

function explain(error: unknown): number {
	console.error(`\n${error instanceof Error ? error.message : String(error)}`);
	return 1;
}

const ending = new Ending();
const exitCode = await perform(toldToEnd(), ending).catch(explain);
await ending.run();
process.exit(exitCode);
