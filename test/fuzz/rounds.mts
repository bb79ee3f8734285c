/** The calls of the node's `execute`, so that everything else can be assigned to them. */
import { time } from './simulated-time.mjs';
import type { Moment, Round, RunKey } from './trace.mjs';

export class Rounds {
	private readonly all: Round[] = [];

	/** The round that is running, or the last one that was. */
	get current(): Round {
		return this.all.at(-1)!;
	}

	begin(
		round: Omit<Round, 'number' | 'nodeContext' | 'startedAt' | 'endedAt'>,
		nodeContext: object,
	): Round {
		const number = this.all.length;
		const startedAt = time.elapsed;
		this.all.push({
			...round,
			number,
			nodeContext: JSON.stringify(nodeContext),
			startedAt,
			endedAt: Infinity,
		});
		return this.current;
	}

	now(): Moment {
		return { round: this.current, at: time.elapsed };
	}
}

/** The round and all before it, whose state it has. */
export function lineageOf(round: Round): Round[] {
	return round.parent === null ? [round] : [...lineageOf(round.parent), round];
}

/** Whether two rounds are of the same run, or of attempts at the same run. */
export function isOfRun(one: RunKey, other: RunKey): boolean {
	return one.runIndex === other.runIndex && one.edition === other.edition;
}
