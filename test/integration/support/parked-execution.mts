import { parse, stringify } from 'flatted';
import type { IRun, IRunExecutionData } from 'n8n-workflow';

import { resumeExecution, startExecution, type ExecutionPlan } from './engine.mjs';
import { planFor, toResult, type NodeRun, type RunResult } from './node-run.mjs';

const systemNow = Date.now;

/** Milliseconds by which the date is ahead. Both the node and n8n's engine see it. */
let ahead = 0;

/** Days pass in no time for the tests of a file. */
export function useTravelThroughTime(): void {
	beforeEach(() => {
		ahead = 0;
		jest.spyOn(Date, 'now').mockImplementation(() => systemNow() + ahead);
	});
	afterEach(() => jest.restoreAllMocks());
}

/** An execution of the node that is parked again and again, saved and read as n8n does in between. */
export class ParkedExecution {
	/** How often it was gone on with. */
	parkings = 0;

	private constructor(
		private readonly plan: ExecutionPlan,
		private run: IRun,
	) {}

	/** Resolves when it is parked, or has ended. */
	static async start(node: NodeRun): Promise<ParkedExecution> {
		const plan = planFor(node);
		return new ParkedExecution(plan, await startExecution(plan).result);
	}

	get isParked(): boolean {
		return this.run.status === 'waiting';
	}

	/** As n8n writes it to its database. */
	get saved(): string {
		return stringify(this.run.data);
	}

	/** What the editor shows of it. */
	get result(): RunResult {
		return toResult(this.run);
	}

	/** Comes to the time at which the execution is due, or later than that, and goes on with it. */
	async goOn(lateMs = 0): Promise<void> {
		ahead += Math.max(0, Number(this.run.waitTill) - Date.now()) + lateMs;
		this.parkings++;
		this.run = await resumeExecution(this.plan, parse(this.saved) as IRunExecutionData);
	}

	/** Goes on until it has ended. */
	async end(): Promise<RunResult> {
		while (this.isParked) await this.goOn();
		return this.result;
	}
}
