import type { IContextObject, IExecuteFunctions, ITaskData } from 'n8n-workflow';

import { digest } from './digest';
import { executionOf } from './executionData';
import { Mutex } from './mutex';

/** What is known about one creation: nothing, that it was sent, or the ID of its task. */
export type CreationNote =
	| { readonly kind: 'none' }
	/** The task may exist. Its callback, if it has one, names `token`. `reason`: why that isn't known, once it is over. */
	| {
			readonly kind: 'sent';
			readonly token: string;
			readonly reason?: string;
			readonly awaited?: AwaitedCallback;
	  }
	| { readonly kind: 'created'; readonly taskId: string };

/** The callback of a task that may exist. All times are milliseconds since 1970. */
export interface AwaitedCallback {
	/** The execution that it resumes. */
	readonly executionId: string;
	readonly sentAt: number;
	readonly until: number;
}

/** The same request of the same item in the same run of the node is the same creation. */
export interface CreationKey {
	readonly itemIndex: number;
	/** Everything that is sent. */
	readonly request: unknown;
}

type Notes = Record<string, Exclude<CreationNote, { kind: 'none' }> | undefined>;
type ClaimsByName = Record<string, readonly string[] | undefined>;

const CONTEXT_KEY = 'apikleyVeoCreations';
const CLAIMS_KEY = 'apikleyVeoClaims';
const SPARE_CLAIMS_KEY = 'apikleyVeoSpareClaims';
const TOOL_RUN = 'tool';

/**
 * Remembers what was created, so that nothing is paid twice: in the node's context, which n8n keeps in the execution. It
 * survives Retry On Fail, is saved with an execution that fails or is parked, and is there again when n8n retries that
 * execution. Each turn of a loop is a run of its own, and creates its own tasks.
 */
export class CreationNotes {
	readonly executionId: string;
	private readonly nodeContext: IContextObject;
	private readonly run: string;

	constructor(context: IExecuteFunctions) {
		this.executionId = context.getExecutionId();
		this.nodeContext = nodeContextOf(context);
		this.run = runOf(context);
	}

	/** Tasks that were created, or may have been, by all runs of the node in this execution. */
	get count(): number {
		return Object.values(this.notes).filter((note) => note !== undefined).length;
	}

	/**
	 * The tasks that this run of the node has created, in all of its attempts. None as a tool, where the attempts of one call
	 * can't be told from other calls.
	 */
	get createdTaskIds(): string[] {
		if (this.run === TOOL_RUN) return [];
		return Object.entries(this.notes).flatMap(([name, note]) =>
			name.startsWith(`${this.run}:`) && note?.kind === 'created' ? note.taskId : [],
		);
	}

	/** Returns the name under which a creation is noted. */
	nameOf({ itemIndex, request }: CreationKey): string {
		return `${this.run}:${itemIndex}:${digest(request)}`;
	}

	get(name: string): CreationNote {
		return this.notes[name] ?? { kind: 'none' };
	}

	/** Whether another creation than the one of this name has created the task. */
	isOfAnother(name: string, taskId: string): boolean {
		return Object.entries(this.notes).some(
			([other, note]) => other !== name && note?.kind === 'created' && note.taskId === taskId,
		);
	}

	set(name: string, note: CreationNote): void {
		// An `undefined` is not saved
		const notes = (this.nodeContext[CONTEXT_KEY] ??= {}) as Notes;
		notes[name] = note.kind === 'none' ? undefined : note;
	}

	/** The claims of all creations in this execution. None as a tool, where a repeated call has the claims of the first one. */
	get allClaims(): string[] {
		return Object.values(this.claims).flatMap((claims) => claims ?? []);
	}

	/** Returns the claims of a creation; null if it has none, or had none before the execution was saved. */
	claimsOf(name: string): readonly string[] | null {
		return this.claims[name] ?? null;
	}

	/** `claims`: null for none. */
	setClaims(name: string, claims: readonly string[] | null): void {
		if (this.run === TOOL_RUN) return;
		const all = (this.nodeContext[CLAIMS_KEY] ??= {}) as ClaimsByName;
		all[name] = claims ?? undefined;
	}

	/** Claims that no creation has any more, and none may get. */
	get spareClaims(): readonly string[] {
		return (this.nodeContext[SPARE_CLAIMS_KEY] ?? []) as readonly string[];
	}

	addSpareClaims(claims: readonly string[]): void {
		if (this.run === TOOL_RUN || claims.length === 0) return;
		this.nodeContext[SPARE_CLAIMS_KEY] = [...this.spareClaims, ...claims];
	}

	/** Replaces a claim of whichever creation has it. */
	replaceClaim(old: string, claim: string): void {
		for (const [name, claims] of Object.entries(this.claims)) {
			if (claims?.includes(old) !== true) continue;
			this.setClaims(
				name,
				claims.map((each) => (each === old ? claim : each)),
			);
		}
	}

	/**
	 * Calls of a tool may run at the same moment, and create one after the other, so that the second call with the same request
	 * finds the task of the first one.
	 */
	async runExclusive<T>(create: () => Promise<T>): Promise<T> {
		if (this.run !== TOOL_RUN) return await create();
		const mutex = mutexesByContext.get(this.nodeContext) ?? new Mutex();
		mutexesByContext.set(this.nodeContext, mutex);
		return await mutex.runExclusive(create);
	}

	private get notes(): Notes {
		return (this.nodeContext[CONTEXT_KEY] ?? {}) as Notes;
	}

	private get claims(): ClaimsByName {
		return (this.nodeContext[CLAIMS_KEY] ?? {}) as ClaimsByName;
	}
}

/** Of the calls that share a context. */
const mutexesByContext = new WeakMap<IContextObject, Mutex>();

/** Some executions of a tool have none, and are not saved either. */
function nodeContextOf(context: IExecuteFunctions): IContextObject {
	try {
		return context.getContext('node');
	} catch {
		return {};
	}
}

/**
 * In some kinds of AI agents, n8n runs each try of a tool that it retries as a run of its own. There a repeated call is the
 * same creation.
 */
function runOf(context: IExecuteFunctions): string {
	if ('getNextRunIndex' in context) return TOOL_RUN;
	const runIndex = Number(context.evaluateExpression('{{ $runIndex }}', 0));
	return String(runIndex - recoveredRuns(context));
}

/**
 * After a crash, n8n adds a run to each node that had started by its log: one that crashed, or one without real data if the
 * node had ended. It is in the way when a retry of the execution starts again from the trigger: the first run of the node
 * would be its second one.
 */
function recoveredRuns(context: IExecuteFunctions): number {
	const runs = executionOf(context)?.resultData.runData[context.getNode().name] ?? [];
	return runs.filter(isRecovered).length;
}

function isRecovered({ executionStatus, data }: ITaskData): boolean {
	const json = data?.main?.[0]?.[0]?.json;
	return executionStatus === 'crashed' || json?.isArtificialRecoveredEventItem === true;
}
