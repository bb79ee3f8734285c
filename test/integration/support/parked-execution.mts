import { parse, stringify } from 'flatted';
import type { IRun, IRunExecutionData } from 'n8n-workflow';

import {
	callExecution,
	resumeExecution,
	retryExecution,
	startExecution,
	type ExecutionPlan,
	type MissingCredential,
	type ResumeCall,
} from './engine.mjs';
import { planFor, toResult, type NodeRun, type RunResult } from './node-run.mjs';

const systemNow = Date.now;

/** Sets the date that the node and n8n's engine see. It moves on from there. */
function travelTo(date: number): void {
	const ahead = date - systemNow();
	Date.now = () => systemNow() + ahead;
}

export function returnToPresent(): void {
	Date.now = systemNow;
}

/** Lets the tests of a file travel through time. */
export function useTimeTravel(): void {
	afterEach(returnToPresent);
}

/** An execution that the node parks. Like n8n, it is saved and read again before it is resumed. */
export class ParkedExecution {
	/** How often it was resumed. */
	resumeCount = 0;

	private constructor(
		private plan: ExecutionPlan,
		private run: IRun,
	) {}

	/** Resolves when the execution is parked, or has finished. */
	static async start(node: NodeRun): Promise<ParkedExecution> {
		const plan = planFor(node);
		return new ParkedExecution(plan, await startExecution(plan).result);
	}

	/** Resumes an execution that was saved earlier, when it is due. */
	static async restore(
		node: NodeRun,
		{ saved, waitTill }: SavedExecution,
	): Promise<ParkedExecution> {
		travelTo(waitTill);
		const plan = planFor(node);
		return new ParkedExecution(plan, await resumeExecution(plan, read(saved)));
	}

	get isParked(): boolean {
		return this.run.status === 'waiting';
	}

	/** The execution as n8n writes it to its database. */
	get saved(): string {
		return stringify(this.run.data);
	}

	/** When n8n resumes the execution, in milliseconds since 1970. */
	get waitTill(): number {
		return Number(this.run.waitTill);
	}

	/** What the editor shows of the execution. */
	get result(): RunResult {
		return toResult(this.run);
	}

	/** From now on n8n throws this error where the node asks for its credential. */
	loseCredential(credential: MissingCredential): void {
		this.plan = { ...this.plan, credential };
	}

	/** Travels to the time at which the execution is due, or `lateMs` later, and resumes it. */
	async resume(lateMs = 0): Promise<void> {
		travelTo(Math.max(Date.now(), this.waitTill) + lateMs);
		this.resumeCount++;
		this.run = await resumeExecution(this.plan, read(this.saved));
	}

	/** Calls the execution's resume address, `inMs` from now. False: it stays parked. */
	async call(call: ResumeCall, inMs = 0): Promise<boolean> {
		travelTo(Date.now() + inMs);
		const run = await callExecution(this.plan, read(this.saved), call);
		this.run = run ?? this.run;
		return run !== null;
	}

	/** A copy from n8n's database, as a second call gets it that comes at the same time. */
	copy(): ParkedExecution {
		return new ParkedExecution(this.plan, { ...this.run, data: read(this.saved) });
	}

	/** Does what n8n does when the execution was stopped or has crashed. */
	async retryWithCurrentWorkflow(): Promise<RunResult> {
		return toResult(await retryExecution(this.plan, read(this.saved)));
	}

	/** Resumes the execution until it has finished. */
	async finish(): Promise<RunResult> {
		while (this.isParked) await this.resume();
		return this.result;
	}
}

/** A parked execution in n8n's database. */
export interface SavedExecution {
	/** Flatted JSON. */
	readonly saved: string;
	/** Milliseconds since 1970. */
	readonly waitTill: number;
}

function read(saved: string): IRunExecutionData {
	return parse(saved) as IRunExecutionData;
}
