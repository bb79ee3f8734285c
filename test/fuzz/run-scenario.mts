/** Runs one scenario from start to end. */
import { getEventListeners } from 'node:events';

import { seeded } from '../seeded-random.mjs';
import { callbackFor, type Callback } from './creations/callbacks.mjs';
import { UNCERTAIN } from './creations/model.mjs';
import type { ScriptedCallback } from './creations/scenario.mjs';
import type { Creation } from './creations/scripted-creation.mjs';
import { ScriptedFaults } from './faults.mjs';
import {
	copyOfStart,
	hasState,
	N8nExecution,
	newEntry,
	type RunEnd,
	type Start,
} from './n8n-execution.mjs';
import { ProcessedLists } from './processed-lists.mjs';
import { lineageOf, Rounds } from './rounds.mjs';
import { NodeCaller, type NodeClass } from './run-node.mjs';
import { creates, givenTaskId } from './scenario-queries.mjs';
import type { Scenario } from './scenario.mjs';
import { ScriptedApi } from './scripted-api.mjs';
import { time, Timers } from './simulated-time.mjs';
import type { Moment, Round, RunKey, RunTrace, ScenarioTrace } from './trace.mjs';
import { ScriptedDisk } from './videos/disk.mjs';
import { ScriptedVideoHost } from './videos/host.mjs';

const rejections: unknown[] = [];
process.on('unhandledRejection', (reason) => rejections.push(reason));

export async function runScenario(node: NodeClass, scenario: Scenario): Promise<ScenarioTrace> {
	time.restart();
	rejections.length = 0;
	Math.random = seeded(scenario.seed);
	return await new ScenarioRun(node, scenario).run();
}

/** n8n remembers callbacks by it for as long as its process runs. */
let executions = 0;
/** Between the end of a run and what follows it. */
const RERUN_PAUSE_MS = 5_000;

class ScenarioRun {
	private readonly rounds = new Rounds();
	private readonly faults: ScriptedFaults;
	private readonly api: ScriptedApi;
	private readonly videoHost: ScriptedVideoHost;
	private readonly disk: ScriptedDisk;
	private readonly lists = new ProcessedLists();
	/** Those of the clock, the Stop button and the callbacks. */
	private readonly timers = new Timers();
	private readonly executions: N8nExecution[] = [];
	private readonly ends: RunEnd[] = [];
	private readonly callbacks: Callback[] = [];

	constructor(
		private readonly node: NodeClass,
		private readonly scenario: Scenario,
	) {
		this.faults = new ScriptedFaults(scenario, this.rounds);
		const onAccepted = (creation: Creation) => this.scheduleCallbacks(creation);
		this.api = new ScriptedApi(scenario, this.faults, this.rounds, onAccepted);
		this.videoHost = new ScriptedVideoHost(scenario, this.rounds);
		this.disk = new ScriptedDisk(scenario.diskSpace, this.rounds);
	}

	async run(): Promise<ScenarioTrace> {
		const { scenario, api, videoHost } = this;
		this.scheduleEvents();
		let isOver = false;
		void this.runAll().finally(() => (isOver = true));
		const ending = await time.advanceUntil(() => isOver);
		this.timers.stopAll();
		for (const execution of this.executions) execution.timers.stopAll();
		const timers = time.timers - api.pendingTimers - videoHost.pendingTimers;
		const openVideos = videoHost.exchanges.filter(({ end }) => end === null).length;
		const countRequests = () =>
			api.exchanges.length + api.creations.length + videoHost.exchanges.length;
		const sentInTime = countRequests();
		await time.advanceUntil(() => time.timers === 0);
		const sentLate = countRequests() - sentInTime;
		const open = [...api.exchanges, ...api.creations].filter(({ meaning }) => meaning === null);
		return {
			scenario,
			ending,
			requests: sentInTime,
			// Of a scenario that never ends there are too many to look at each
			runs: ending === 'endless' ? [] : this.traces(),
			exchanges: api.exchanges,
			creations: api.creations,
			callbacks: this.callbacks,
			unknownUrls: videoHost.unknownUrls,
			maxInFlight: { api: api.maxInFlight, videos: videoHost.maxInFlight },
			isKilled: this.executions.some(({ isKilled }) => isKilled),
			leftovers: {
				timers,
				listeners: this.executions.flatMap(({ signal }) => getEventListeners(signal, 'abort'))
					.length,
				requests: sentLate + open.length + openVideos,
				rejections: [...rejections],
			},
		};
	}

	/** The first run of the node and all that follow. */
	private async runAll(): Promise<void> {
		let run: RunKey = { runIndex: 0, edition: 0 };
		let end = await this.execute({ ...fromInput(run), nodeContext: {} });
		for (const rerun of this.scenario.reruns) {
			const hasEnded = end !== null && end.outputs !== null && !this.current.isOver;
			if (hasEnded !== (rerun === 'loop')) continue;
			await this.pause(RERUN_PAUSE_MS);
			// Another node was stopped
			if (hasEnded && this.current.isOver) return;
			if (rerun === 'loop') {
				run = { ...run, runIndex: run.runIndex + 1 };
				end = await this.current.run({ ...fromInput(run), nodeContext: end!.nodeContext });
				continue;
			}
			const start = copyOfStart(this.current.retryFrom);
			({ run } = start);
			// What is parked was requested before
			const isEdited = rerun === 'edit' && !hasState(start.entry);
			if (isEdited) run = { ...run, edition: run.edition + 1 };
			end = await this.execute({ ...start, run });
		}
	}

	private get current(): N8nExecution {
		return this.executions.at(-1)!;
	}

	/** Starts an execution: the first one, or a retry. */
	private async execute(start: Start): Promise<RunEnd | null> {
		const { api, videoHost, disk, faults, lists, scenario } = this;
		const executionId = String((executions += 1));
		const environment = { executionId, api, videoHost, disk, faults, lists };
		const caller = new NodeCaller(this.node, scenario, environment);
		const onEnd = (end: RunEnd) => this.ends.push(end);
		const execution = new N8nExecution(executionId, caller, scenario, this.rounds, start, onEnd);
		this.executions.push(execution);
		this.scheduleOthers(execution);
		return await execution.run(start);
	}

	/** For tasks that were created elsewhere, the user has given the address of the execution. */
	private scheduleOthers(execution: N8nExecution): void {
		const { scenario } = this;
		if (creates(scenario.operation)) return;
		scenario.items.forEach(({ callbacks }, itemIndex) => {
			const taskId = givenTaskId(scenario, itemIndex);
			if (taskId === null) return;
			for (const callback of callbacks) this.schedule(callback, { taskId, token: null }, execution);
		});
	}

	private scheduleCallbacks({ itemIndex, taskId, token }: Creation): void {
		if (taskId === null || token === null) return;
		for (const callback of this.scenario.items[itemIndex]!.callbacks) {
			this.schedule(callback, { taskId, token }, this.current);
		}
	}

	private schedule(
		{ afterMs, kind }: ScriptedCallback,
		task: { readonly taskId: string; readonly token: string | null },
		execution: N8nExecution,
	): void {
		this.timers.start(afterMs, () => {
			const callback = callbackFor(kind, task, time.elapsed);
			this.callbacks.push(callback);
			void execution.receive(callback);
		});
	}

	/** Starts the timers of what happens at a fixed time, whatever the node does. */
	private scheduleEvents(): void {
		const { clockJumps, cancelAtMs, isKilled } = this.scenario;
		for (const { atMs, byMs } of clockJumps) this.timers.start(atMs, () => time.shiftDate(byMs));
		if (cancelAtMs === null) return;
		this.timers.start(cancelAtMs, () => {
			if (isKilled) return this.kill();
			this.api.disconnectAll();
			this.current.stop();
		});
	}

	private kill(): void {
		const execution = this.current;
		execution.kill();
		if (execution.isKilled) this.api.disconnectAll();
	}

	private traces(): RunTrace[] {
		const traces: RunTrace[] = [];
		for (const end of this.ends) traces.push({ ...this.traceOf(end), earlier: [...traces] });
		return traces;
	}

	private traceOf({ round, ...end }: RunEnd): Omit<RunTrace, 'earlier'> {
		const { scenario, api, videoHost, faults, disk } = this;
		const rounds = lineageOf(round);
		const { startedAt } = rounds[0]!;
		const { runIndex, edition, endedAt } = round;
		const isOwn = (moment: Moment) => rounds.includes(moment.round);
		const hasEnded = (exchange: { readonly round: Round; readonly endedAt: number }) =>
			rounds.includes(exchange.round) && exchange.endedAt <= endedAt;
		return {
			scenario,
			...{ runIndex, edition, rounds, startedAt, endedAt },
			outputs: end.outputs,
			error: end.error,
			hints: end.hints,
			nodeContext: JSON.stringify(end.nodeContext),
			exchanges: api.exchanges.filter(hasEnded),
			videos: videoHost.exchanges.filter(hasEnded),
			credentialFailures: faults.credentialFailures.filter(isOwn),
			thrownAt: faults.exceptions.find(isOwn)?.at ?? null,
			isDiskFull: disk.failures.some(isOwn),
			callbacks: this.callbacks,
			creations: api.creations
				.filter((creation) => creation.round.number <= round.number)
				// What came later has not reached the client
				.map((each) => (each.endedAt <= endedAt ? each : { ...each, endedAt, meaning: UNCERTAIN })),
		};
	}

	private async pause(ms: number): Promise<void> {
		await new Promise<void>((resolve) => this.timers.start(ms, resolve));
	}
}

function fromInput(run: RunKey): Omit<Start, 'nodeContext'> {
	return { run, entry: newEntry(), parkedBy: null, isCalled: false };
}
