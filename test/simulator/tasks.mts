import { recordAt, type ReachedEnding } from './record.mjs';
import type { TaskScript, UpgradeScript } from './task-script.mjs';

/** What a lookup finds. */
export interface Lookup {
	readonly code: number;
	readonly msg: string;
	readonly data: unknown;
}

/** How far a task has come: since its clock started, and in earlier lookups. */
interface Progress {
	ms: number;
	lookups: number;
}

const SUCCESS = { kind: 'succeeded', model: 'primary' } as const;

/** A 1080p video in the making. */
export class Upgrade {
	private requests = 0;

	constructor(
		private readonly script: UpgradeScript,
		private readonly startedAt: number,
	) {}

	/** Counts a request. Returns whether it finds the video ready. */
	request(now: number): boolean {
		const { notReadyForSeconds, notReadyForRequests } = this.script;
		const progress = { ms: now - this.startedAt, lookups: this.requests++ };
		return hasPassed(progress, notReadyForSeconds, notReadyForRequests);
	}
}

/** A task that the API knows, by its script. `now` is always in epoch milliseconds. */
export class Task {
	/** The 1080p videos that were requested, by their index. */
	readonly upgrades = new Map<number, Upgrade>();
	private startedAt: number | null;
	private endedAt: number | null = null;
	private lookups = 0;

	/** Its clock starts now, or at the first lookup. */
	constructor(
		readonly script: TaskScript,
		now: number,
	) {
		this.startedAt = script.countedFrom === 'firstLookup' ? null : now;
	}

	/** When it ends, in epoch milliseconds; null if it never does, or if that is not known yet. */
	get endsAt(): number | null {
		const { states, ending, durationLookups, durationSeconds } = this.script;
		if (states || ending?.kind === 'never' || this.startedAt === null) return null;
		return durationLookups ? this.endedAt : this.startedAt + milliseconds(durationSeconds);
	}

	/** The address to post to when it ends; null if it has none. */
	get callBackUrl(): string | null {
		const address = this.script.params?.callBackUrl;
		return typeof address === 'string' && URL.canParse(address) ? address : null;
	}

	/** Returns what its record holds once it is final. */
	finalRecord(videoBaseUrl: string): unknown {
		const { ending = SUCCESS } = this.script;
		const moment = {
			createdAt: this.startedAt ?? 0,
			endedAt: this.endsAt,
			ending: ending.kind === 'never' ? null : ending,
		};
		return recordAt(this.script, moment, videoBaseUrl);
	}

	/** The kind of its end; null before that. Does not count as a lookup. */
	ending(now: number): ReachedEnding | null {
		return endingAt(this.script, { ms: now - (this.startedAt ?? now), lookups: this.lookups });
	}

	/** Returns the task as the API shows it now; null while it is unknown. */
	lookUp(now: number, videoBaseUrl: string): Lookup | null {
		const createdAt = (this.startedAt ??= now);
		const progress = { ms: now - createdAt, lookups: this.lookups++ };
		const { script } = this;
		if (script.states) {
			const isPast = ({ afterLookups = 0 }) => progress.lookups >= afterLookups;
			const { code = 200, msg = 'success', data } = script.states.findLast(isPast) ?? {};
			return { code, msg, data };
		}
		if (!hasPassed(progress, script.unknownForSeconds, script.unknownForLookups)) return null;
		const ending = endingAt(script, progress);
		if (ending) {
			// If it ends by lookups, its end is when it is first seen
			this.endedAt ??= script.durationLookups
				? now
				: createdAt + milliseconds(script.durationSeconds);
		}
		const moment = { createdAt, endedAt: ending && this.endedAt, ending };
		return { code: 200, msg: 'success', data: recordAt(script, moment, videoBaseUrl) };
	}
}

/** Null while the task is generating. */
function endingAt(script: TaskScript, progress: Progress): ReachedEnding | null {
	const { durationSeconds, durationLookups, ending = SUCCESS } = script;
	if (!hasPassed(progress, durationSeconds, durationLookups)) return null;
	return ending.kind === 'never' ? null : ending;
}

function hasPassed(progress: Progress, seconds?: number, lookups = 0): boolean {
	return progress.ms >= milliseconds(seconds) && progress.lookups >= lookups;
}

/** Whole, because 1.1 s times 1000 is a little more than 1100. */
function milliseconds(seconds = 0): number {
	return Math.round(seconds * 1000);
}
