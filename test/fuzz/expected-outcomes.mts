/** What may become of an item, by what the server has told. */
import type { RetryAfter } from './answers.mjs';
import { isFinal, type Meaning, type Status } from './model.mjs';
import type { Evidence } from './run-scenario.mjs';
import { deadlineMs, jumpsMs, taskOf } from './scenario-queries.mjs';
import type { Script, ScriptedItem } from './scenario.mjs';
import type { Exchange } from './server.mjs';
import { withVideos } from './videos/outcomes.mjs';

export interface Outcome {
	/** Of the three by status. */
	readonly output: 0 | 1 | 2;
	/** Of an error; null for a task. */
	readonly code: number | string | null;
	readonly status: Status | null;
	/** The answer that it tells of. */
	readonly serial: number | null;
	readonly timedOut: boolean;
	/** Numbers of the videos that came. */
	readonly videos: string;
}

const TOLERATED_UNKNOWN_MS = 60_000;
const LONGEST_PAUSE_S = 120;

/** All that may become of an item. Mostly it is one thing. */
export function outcomesOf(evidence: Evidence, input: number): Outcome[] {
	const { script } = evidence;
	const taskId = taskOf(script, input);
	const item = script.items[input];
	if (item === undefined || taskId === null || script.options.maxConcurrency < 1) {
		return [problem('INVALID_INPUT', 1)];
	}
	const told = evidence.exchanges.filter((exchange) => exchange.taskId === taskId);
	const known =
		script.operation === 'waitUntilComplete'
			? waited(evidence, told, item, taskId)
			: lookedUp(script, told, item);
	const own = known.flatMap((outcome) => withVideos(evidence, taskId, outcome));
	return [...own, ...toldToAll(evidence)];
}

/** A rejected key ends all lookups, as does a pause that is too long for a plain lookup. */
function toldToAll({ exchanges, script }: Evidence): Outcome[] {
	return exchanges.flatMap(({ meaning }) => {
		if (meaning?.kind === 'keyRejected') return [problem(401, 1)];
		return isHopeless(script, meaning) ? [unreachable(meaning)] : [];
	});
}

function lookedUp(script: Script, told: readonly Exchange[], item: ScriptedItem): Outcome[] {
	const last = told.at(-1);
	if (last === undefined) return [];
	return last.meaning?.kind === 'task' ? [taskOutcome(last, item)] : failures(script, told);
}

function waited(
	{ script, exchanges, endedAt }: Evidence,
	told: readonly Exchange[],
	item: ScriptedItem,
	taskId: string,
): Outcome[] {
	const last = told.at(-1);
	const meaning = last?.meaning;
	if (last !== undefined && meaning && isFinal(meaning)) return [taskOutcome(last, item)];
	// Where dates jump while parked, it may be over earlier, or only later
	const { forward, back } = jumpsMs(script);
	const deadline = deadlineMs(script, taskId);
	const lastEndedAt = last?.endedAt ?? -Infinity;
	const mayBeOver = lastEndedAt >= deadline - forward;
	const isOver = lastEndedAt >= deadline + back;
	const outcomes: Outcome[] = [];
	if (meaning?.kind === 'refused') outcomes.push(problem(meaning.code, 1));
	if (meaning?.kind === 'notFound') {
		const tolerated = lastEndedAt < TOLERATED_UNKNOWN_MS - forward;
		if (mayBeOver || !tolerated) outcomes.push(problem(meaning.code, 1));
	}
	// At the deadline the time was up, not the retries
	if (meaning?.kind === 'transient' && !isOver) outcomes.push(...failures(script, told));
	const isAsking = meaning?.kind === 'task' || meaning?.kind === 'transient';
	const heldBack = endedAt >= deadline - forward && limitsHoldBack(script, exchanges);
	if ((mayBeOver && isAsking) || heldBack) outcomes.push(timedOut(told, item));
	return outcomes;
}

/** Whether requests may have had to wait for one another so long that one was never sent. */
function limitsHoldBack(script: Script, exchanges: readonly Exchange[]): boolean {
	const { maxConcurrency, requestsPerSecond } = script.options;
	const throttled = exchanges.some(
		({ meaning }) => meaning?.kind === 'transient' && meaning.code === 429,
	);
	const asked = new Set(script.items.map((_, input) => taskOf(script, input)));
	return requestsPerSecond > 0 || throttled || asked.size > maxConcurrency;
}

/** What the last answer means where it tells of no task. */
function failures(script: Script, told: readonly Exchange[]): Outcome[] {
	const meaning = told.at(-1)?.meaning;
	if (meaning?.kind === 'notFound' || meaning?.kind === 'refused') {
		return [problem(meaning.code, 1)];
	}
	const tries = told.slice(-script.options.maxRetries - 1);
	const usedUp =
		tries.length > script.options.maxRetries &&
		tries.every((exchange) => exchange.meaning?.kind === 'transient');
	return usedUp ? [unreachable(meaning)] : [];
}

function isHopeless(script: Script, meaning: Meaning | null): boolean {
	if (script.operation === 'waitUntilComplete' || meaning?.kind !== 'transient') return false;
	const { retryAfter } = meaning;
	if (retryAfter === null) return false;
	if ('seconds' in retryAfter) return retryAfter.seconds > LONGEST_PAUSE_S;
	return mayBeLong(script, retryAfter);
}

/** How far off a date is depends on our own clock. */
function mayBeLong(
	{ jumps }: Script,
	retryAfter: Exclude<RetryAfter, { seconds: number }>,
): boolean {
	if ('text' in retryAfter) return /^\d+$/.test(retryAfter.text);
	return retryAfter.dateIn > LONGEST_PAUSE_S || jumps.length > 0;
}

function taskOutcome(exchange: Exchange, { failedTask }: ScriptedItem): Outcome {
	const { meaning, serial } = exchange;
	if (meaning?.kind !== 'task') throw new Error('tells of no task');
	const { status, errorCode } = meaning;
	if (status === 'failed' && failedTask === 'error') return problem(errorCode ?? 'TASK_FAILED', 1);
	const output = status === 'succeeded' ? 0 : status === 'failed' ? 1 : 2;
	return { output, code: null, status, serial, timedOut: false, videos: '' };
}

function timedOut(told: readonly Exchange[], { onTimeout }: ScriptedItem): Outcome {
	if (onTimeout === 'error') return problem('WAIT_TIMED_OUT', 2);
	const known = told.findLast(({ meaning }) => meaning?.kind === 'task');
	const status = known?.meaning?.kind === 'task' ? known.meaning.status : 'unknown';
	return {
		output: 2,
		code: null,
		status,
		serial: known?.serial ?? null,
		timedOut: true,
		videos: '',
	};
}

function unreachable(meaning: Meaning | null | undefined): Outcome {
	return problem((meaning?.kind === 'transient' && meaning.code) || 'UNREACHABLE', 2);
}

function problem(code: number | string, output: 1 | 2): Outcome {
	return { output, code, status: null, serial: null, timedOut: false, videos: '' };
}
