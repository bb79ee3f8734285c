/** What may happen to an item whose task's 1080p version is wanted. */
import {
	asExisting,
	expectedOfLookups,
	failures,
	problem,
	sharedFailures,
	thrownOutcomes,
	type Outcome,
} from '../expected-lookups.mjs';
import { scriptOf } from '../scenario-queries.mjs';
import type { Scenario, ScriptedItem } from '../scenario.mjs';
import type { Exchange } from '../scripted-api.mjs';
import { checksOf, lookupsOf } from '../trace-queries.mjs';
import type { RunTrace } from '../trace.mjs';

export function expectedOfUpgrade(trace: RunTrace, taskId: string, item: ScriptedItem): Outcome[] {
	const checks = checksOf(trace, taskId);
	const last = checks.at(-1);
	if (last?.meaning?.kind !== 'task') return afterFailedCheck(trace, checks);
	if (!isUpgradable(trace.scenario, last)) {
		const { status } = last.meaning;
		// Only a task that has failed certainly has no 1080p version
		const outcome = problem('NOT_UPGRADABLE', status === 'failed' ? 1 : 2);
		return [status === 'succeeded' ? withItem(outcome) : outcome];
	}
	const outcomes = expectedOfLookups(trace, taskId, lookupsOf(trace, taskId), item);
	return outcomes.map(asExisting).map(withItem);
}

/** The task has succeeded, so its item stays whole. It has no status of a version that could not be had. */
function withItem(outcome: Outcome): Outcome {
	const timedOut = outcome.timedOut || outcome.code === 'WAIT_TIMED_OUT';
	if (timedOut) return { ...outcome, status: 'generating', timedOut };
	return outcome.code === null ? outcome : { ...outcome, status: 'unknown' };
}

/** A check is a lookup without a deadline. */
function afterFailedCheck(trace: RunTrace, checks: readonly Exchange[]): Outcome[] {
	return [
		...failures(trace.scenario, checks, false),
		...sharedFailures(trace, checks, false),
		...(trace.credentialFailures.length > 0
			? [problem('CREDENTIAL_UNAVAILABLE', 2), problem('UNREACHABLE', 2)]
			: []),
		...thrownOutcomes(trace),
	];
}

/** Whether nothing in the record tells against a 1080p version. */
export function isUpgradable(scenario: Scenario, { taskId, meaning }: Exchange): boolean {
	const { upgrade, download } = scriptOf(scenario, taskId)!;
	if (meaning?.kind !== 'task' || meaning.status !== 'succeeded') return false;
	const hasLinks = meaning.links === 'current' || meaning.links === 'fresh';
	if (hasLinks && upgrade.index >= download.resultUrls.length) return false;
	return !meaning.hasRecord || upgrade.obstacle === null;
}
