/** What a trace shows about the lookups of a task. */
import { MAX_RETRY_AFTER_S, type Meaning } from './model.mjs';
import type { RunTrace } from './run-scenario.mjs';
import { taskIdOf, taskNumberOf } from './scenario-queries.mjs';
import type { Scenario } from './scenario.mjs';
import type { Exchange } from './scripted-api.mjs';
import { parseVideoId } from './videos/files.mjs';

/** The lookups of a task until its downloads start. */
export function lookupsOf(trace: RunTrace, taskId: string): Exchange[] {
	const downloadAt = firstDownloadAt(trace, taskId);
	return trace.exchanges.filter(
		(exchange) => exchange.taskId === taskId && exchange.startedAt < downloadAt,
	);
}

/** Those that are made for fresh links. */
export function freshLookups(trace: RunTrace, taskId: string): Exchange[] {
	const downloadAt = firstDownloadAt(trace, taskId);
	return trace.exchanges.filter(
		(exchange) => exchange.taskId === taskId && exchange.startedAt >= downloadAt,
	);
}

function firstDownloadAt({ videos }: RunTrace, taskId: string): number {
	const task = taskNumberOf(taskId);
	const first = videos.exchanges.find(({ video }) => parseVideoId(video).task === task);
	return first?.startedAt ?? Infinity;
}

/** A rejected key ends all lookups, as does a Retry-After that is too long for a lookup without a deadline. */
export function endsAllLookups({ exchanges, scenario }: RunTrace): boolean {
	return exchanges.some(
		({ meaning }) => meaning?.kind === 'unauthorized' || exceedsMaxRetryAfter(scenario, meaning),
	);
}

export function exceedsMaxRetryAfter({ clockJumps }: Scenario, meaning: Meaning | null): boolean {
	if (meaning?.kind !== 'transient') return false;
	const { retryAfter } = meaning;
	if (retryAfter === null) return false;
	if ('seconds' in retryAfter) return retryAfter.seconds > MAX_RETRY_AFTER_S;
	if ('text' in retryAfter) return /^\d+$/.test(retryAfter.text);
	// How far off a date is depends on the computer's clock
	return retryAfter.dateIn > MAX_RETRY_AFTER_S || clockJumps.length > 0;
}

/** Whether n8n did not hand out the credential, or one of its functions threw. */
export function hasFault({ faults }: RunTrace): boolean {
	return faults.thrownAt !== null || faults.credentialFailures.length > 0;
}

/** Whether requests may have waited for one another so long that one was never sent. */
export function limitsHoldBack({ scenario, exchanges }: RunTrace): boolean {
	const { maxConcurrency, requestsPerSecond } = scenario.options;
	const throttled = exchanges.some(
		({ meaning }) => meaning?.kind === 'transient' && meaning.code === 429,
	);
	const taskIds = new Set(scenario.items.map((_, itemIndex) => taskIdOf(scenario, itemIndex)));
	return requestsPerSecond > 0 || throttled || taskIds.size > maxConcurrency;
}
