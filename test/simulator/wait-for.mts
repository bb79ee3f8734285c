import type { RequestLog, RequestSummary } from './request-log.mjs';

/** What to wait for; all that is named must hold. */
export interface WaitCondition {
	/** Default `api`. */
	server?: 'api' | 'videos';
	/** At least so many requests have come … */
	requests?: number;
	/** … for this task. */
	taskId?: string;
	/** At least so many were given up by the client. */
	closedByClient?: number;
	/** Exactly so many are in flight. */
	open?: number;
	/** Default 10,000. */
	timeoutMs?: number;
}

/**
 * Resolves as soon as the log meets the condition. Throws an Error with the log's summary when it does not in time,
 * or when `signal` aborts.
 */
export async function waitFor(
	log: RequestLog,
	condition: WaitCondition,
	signal: AbortSignal,
): Promise<RequestSummary> {
	const { timeoutMs = 10_000 } = condition;
	return await new Promise((resolve, reject) => {
		const end = (settle: () => void) => {
			clearTimeout(timer);
			unwatch();
			signal.removeEventListener('abort', closed);
			settle();
		};
		const fail = (why: string) =>
			end(() => reject(new Error(`${why}; the log: ${JSON.stringify(log.summary())}`)));
		const closed = () => fail('The simulator was closed');
		const check = () => isMet(log, condition) && end(() => resolve(log.summary()));
		const wish = JSON.stringify(condition);
		const timer = setTimeout(() => fail(`Not within ${timeoutMs} ms: ${wish}`), timeoutMs);
		const unwatch = log.watch(check);
		signal.addEventListener('abort', closed);
		if (signal.aborted) closed();
		else check();
	});
}

function isMet(log: RequestLog, condition: WaitCondition): boolean {
	const { requests = 0, taskId, closedByClient = 0, open = log.open } = condition;
	return log.count(taskId) >= requests && log.closedByClient >= closedByClient && log.open === open;
}
