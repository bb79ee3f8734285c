/**
 * The part of n8n that runs the node in an execution: tries it again, parks the execution, and resumes it when its time
 * has come or a callback wakes it.
 */
import type {
	EngineRequest,
	EngineResponse,
	IDataObject,
	INodeExecutionData,
	NodeOutput,
} from 'n8n-workflow';

import { NODE } from '../unit/support/fakeContext';
import type { Callback } from './creations/callbacks.mjs';
import type { Call, NodeCaller, StackEntry } from './run-node.mjs';
import type { Rounds } from './rounds.mjs';
import type { Scenario } from './scenario.mjs';
import { time, Timers } from './simulated-time.mjs';
import type { Round, RunKey } from './trace.mjs';

/** The end of a run of the node. */
export interface RunEnd {
	readonly round: Round;
	readonly outputs: INodeExecutionData[][] | null;
	readonly error: unknown;
	readonly hints: readonly string[];
	readonly nodeContext: IDataObject;
}

/** From where n8n runs the node. */
export interface Start {
	readonly run: RunKey;
	readonly entry: StackEntry;
	readonly nodeContext: IDataObject;
	/** The round that parked the state in the entry; null for the node's input. */
	readonly parkedBy: Round | null;
	/** Whether a callback has woken the execution from this state. */
	readonly isCalled: boolean;
}

/** What n8n saves while an execution is parked. */
interface SavedState extends Start {
	/** The entry that puts the execution to wait. That of the start resumes the run. */
	readonly suspend: StackEntry;
	/** Which one it is of those that the execution was parked with. */
	readonly number: number;
}

/** The pause before n8n tries the node again. */
const RETRY_PAUSE_MS = 1_000;

export class N8nExecution {
	/** The timers of n8n itself. */
	readonly timers = new Timers();
	private readonly cancelling = new AbortController();
	private readonly killing = new AbortController();
	private isRunning = false;
	/** From where n8n's Retry runs the node: where it failed or, if it was stopped, from what was saved before. */
	retryFrom: Start;
	/** While the execution is parked. */
	private saved: SavedState | null = null;
	private parked = 0;
	/** The number of the state that was saved when the last callback woke the execution. */
	private called = 0;
	/** Those that have a slot, each with the state that it has loaded. */
	private readonly resumptions: SavedState[] = [];
	private waitingForSlot = 0;
	private resumed = 0;
	private onResumption = () => {};
	/** How a call of the node ends that is killed. */
	private readonly killed = new Promise<Ended>((resolve) => {
		const end = () => resolve({ output: null, error: null });
		this.killing.signal.addEventListener('abort', end);
	});

	constructor(
		private readonly id: string,
		private readonly caller: NodeCaller,
		private readonly scenario: Scenario,
		private readonly rounds: Rounds,
		start: Start,
		private readonly onEnd: (end: RunEnd) => void,
	) {
		this.retryFrom = copyOfStart(start);
	}

	get signal(): AbortSignal {
		return this.cancelling.signal;
	}

	get isKilled(): boolean {
		return this.killing.signal.aborted;
	}

	/** Whether it was stopped or killed. */
	get isOver(): boolean {
		return this.signal.aborted || this.isKilled;
	}

	/** The Stop button. */
	stop(): void {
		this.cancelling.abort();
		this.onResumption();
	}

	/** Kills n8n's process, which starts again. It resumes a parked execution in time, and marks a running one as crashed. */
	kill(): void {
		if (this.isRunning) this.killing.abort();
	}

	/** Runs the node to the end. Resolves with null if it was stopped while it was parked. */
	async run(start: Start): Promise<RunEnd | null> {
		let end = await this.runEntry(start);
		while (end === null || this.resumesAgain()) {
			const state = await this.nextResumption();
			if (state === null) return null;
			end = await this.runEntry(state);
		}
		return end;
	}

	/** Only an old n8n resumes an execution that is finished. */
	private resumesAgain(): boolean {
		return this.scenario.isOldN8n && this.resumptions.length + this.waitingForSlot > 0;
	}

	/** Takes a call at the address of the parked execution. */
	async receive(callback: Callback): Promise<string> {
		const { saved } = this;
		if (saved === null) return '';
		const state = copyOfState(saved);
		const stack = [state.suspend.execution, state.entry.execution];
		const { returned, sent } = await this.caller.webhook(stack, callback);
		const isWoken = returned.workflowData !== undefined;
		callback.result = isWoken ? 'woken' : 'ignored';
		if (isWoken) {
			this.called = saved.number;
			this.resume(state);
		}
		return sent;
	}

	private async runEntry(start: Start): Promise<RunEnd | null> {
		this.isRunning = true;
		const end = await this.tryEntry(start);
		this.isRunning = false;
		return end;
	}

	/** Runs the node, as often as Retry On Fail says. Resolves with null if it was parked, unless it was stopped before. */
	private async tryEntry(start: Start): Promise<RunEnd | null> {
		const { run, entry, nodeContext, parkedBy, isCalled } = start;
		this.saved = null;
		const response: EngineResponse = { actionResponses: [], metadata: undefined };
		for (let tries = 1; ; tries++) {
			response.metadata = responseIn(entry).metadata ?? response.metadata;
			const isResumed = hasState(entry) || response.metadata !== undefined;
			const parent = isResumed ? parkedBy : null;
			const round = this.rounds.begin(
				{ ...run, execution: this.id, parent, isWoken: isCalled },
				nodeContext,
			);
			const call = this.execute({ ...start, response });
			const ended = await Promise.race([settled(call.output), this.killed]);
			round.endedAt = time.elapsed;
			if (isEngineRequest(ended.output)) {
				if (!this.isOver) await this.park(ended.output, { ...start, parkedBy: round });
				return null;
			}
			const hints = call.hints.map(({ message }) => message);
			const { output: outputs, error } = ended;
			const end = { round, nodeContext: copy(nodeContext), outputs, error, hints };
			this.onEnd(end);
			const isLast = outputs !== null || tries === this.scenario.tries || this.isOver;
			// n8n saves nothing between two tries
			if (isLast && !this.isOver) this.retryFrom = copyOfStart(start);
			if (isLast) return end;
			await this.pause(RETRY_PAUSE_MS);
			if (this.isOver) return end;
		}
	}

	private execute(call: Omit<Call, 'cancel' | 'killed'>) {
		return this.caller.execute({ ...call, cancel: this.signal, killed: this.killing.signal });
	}

	private async park(request: EngineRequest, start: Start): Promise<void> {
		const [suspend, entry] = stackFor(request, this.scenario.executionOrder);
		const response = responseIn(suspend);
		const call = this.execute({ ...start, entry: suspend, response });
		await call.output;
		const [until, ...others] = call.waitTill;
		if (until === undefined || others.length > 0) throw new Error('not put to wait exactly once');
		this.parked += 1;
		const saved = copyOfState({ ...start, entry, suspend, number: this.parked, isCalled: false });
		this.saved = saved;
		this.retryFrom = copyOfStart(saved);
		// When a callback wakes the execution before, the timer stays, and resumes whatever is parked by then
		this.timers.start(Math.max(0, until.getTime() - Date.now()), () => {
			if (this.saved !== null) this.resume(copyOfState(this.saved));
		});
	}

	/** Waits for a slot. Several can do so with copies of the same state. */
	private resume(loaded: SavedState): void {
		const { resumeDelaysMs } = this.scenario;
		const delayMs = resumeDelaysMs[this.resumed++ % resumeDelaysMs.length] ?? 0;
		this.waitingForSlot += 1;
		this.timers.start(delayMs, () => {
			this.waitingForSlot -= 1;
			// An execution that isn't parked any more can't be resumed
			const isParked = this.saved !== null && this.saved.run.runIndex === loaded.run.runIndex;
			if (!isParked && !this.scenario.isOldN8n) return;
			this.resumptions.push({ ...loaded, isCalled: this.called >= loaded.number });
			this.onResumption();
		});
	}

	private async nextResumption(): Promise<SavedState | null> {
		if (this.resumptions.length === 0 && !this.isOver) {
			await new Promise<void>((resolve) => (this.onResumption = resolve));
		}
		return this.isOver ? null : this.resumptions.shift()!;
	}

	private async pause(ms: number): Promise<void> {
		await new Promise<void>((resolve) => this.timers.start(ms, resolve));
	}
}

/** The entry of the node's input. */
export function newEntry(): StackEntry {
	const source = { main: [{ previousNode: 'Items' }] };
	return { execution: { node: { ...NODE }, data: { main: [[]] }, source }, input: null };
}

/** Whether the entry resumes a run. If the node has removed the state from it, it starts again from its input. */
export function hasState({ execution: { metadata } }: StackEntry): boolean {
	return metadata?.preserveSourceOverwrite === true || metadata?.subNodeExecutionData !== undefined;
}

interface Ended {
	readonly output: NodeOutput | null;
	readonly error: unknown;
}

async function settled(output: Promise<NodeOutput>): Promise<Ended> {
	try {
		return { output: (await output) ?? [], error: null };
	} catch (error) {
		return { output: null, error };
	}
}

function isEngineRequest(output: NodeOutput | null): output is EngineRequest {
	return output !== null && 'actions' in output;
}

/** The requested node runs first in execution order v1, and last in v0. */
function stackFor(
	{ actions: [action], metadata }: EngineRequest,
	order: Scenario['executionOrder'],
): [StackEntry, StackEntry] {
	const input: INodeExecutionData[] = [{ json: { ...action?.input } }];
	const { execution } = newEntry();
	const requested: StackEntry = {
		execution: {
			...execution,
			data: { main: [input] },
			metadata: { preserveSourceOverwrite: true },
		},
		input,
	};
	const subNodeExecutionData = { actions: [], metadata };
	const returned: StackEntry = {
		execution: {
			...newEntry().execution,
			metadata: { nodeWasResumed: true, subNodeExecutionData },
		},
		input: null,
	};
	return order === 'v1' ? [requested, returned] : [returned, requested];
}

/** What n8n passes to the node along with the entry. */
function responseIn({ execution: { metadata } }: StackEntry): EngineResponse {
	return { actionResponses: [], metadata: metadata?.subNodeExecutionData?.metadata };
}

/** As read back from n8n's database. */
function copyOfState({ suspend, number, ...start }: SavedState): SavedState {
	return { ...copyOfStart(start), suspend: copyOfEntry(suspend), number };
}

/** As read back from n8n's database. */
export function copyOfStart({ entry, nodeContext, ...start }: Start): Start {
	return { ...start, entry: copyOfEntry(entry), nodeContext: copy(nodeContext) };
}

function copyOfEntry({ execution, input }: StackEntry): StackEntry {
	const copied = copy(execution);
	return { execution: copied, input: input === null ? null : (copied.data.main?.[0] ?? []) };
}

function copy<T>(data: T): T {
	return JSON.parse(JSON.stringify(data)) as T;
}
