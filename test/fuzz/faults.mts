/** What n8n itself can fail at: its functions throw. */
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { CREDENTIAL } from '../unit/support/fakeContext';
import type { Rounds } from './rounds.mjs';
import type { Scenario } from './scenario.mjs';
import type { Moment } from './trace.mjs';
import { time } from './simulated-time.mjs';

type AnyFunction = (...args: unknown[]) => unknown;

export class ScriptedFaults {
	/** When n8n did not hand out the credential. */
	readonly credentialFailures: Moment[] = [];
	/** When the scripted exception was thrown: once, if at all. */
	readonly exceptions: Moment[] = [];
	private calls = 0;

	constructor(
		private readonly scenario: Pick<Scenario, 'credentialFailures' | 'exception'>,
		private readonly rounds: Rounds,
	) {}

	credential(): IDataObject {
		const now = time.elapsed;
		const fails = this.scenario.credentialFailures.some(
			({ fromMs, durationMs }) => fromMs <= now && now < fromMs + durationMs,
		);
		if (!fails) return CREDENTIAL;
		this.credentialFailures.push(this.rounds.now());
		throw new Error('Credential with ID "1" does not exist');
	}

	/**
	 * Makes one call of a function throw. `isInputOfUser`: false if it holds the state of a parked run. `killed`: aborted when
	 * the process ends.
	 */
	install(context: IExecuteFunctions, isInputOfUser: boolean, killed: AbortSignal): void {
		const { exception } = this.scenario;
		if (exception === null || (exception.name === 'getInputData' && !isInputOfUser)) return;
		const functions = context as unknown as Record<string, AnyFunction>;
		const original = functions[exception.name]!;
		functions[exception.name] = (...args) => {
			if (killed.aborted || this.calls++ !== exception.call) return original(...args);
			this.exceptions.push(this.rounds.now());
			throw new Error('Thrown as scripted');
		};
	}
}
