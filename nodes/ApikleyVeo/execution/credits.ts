import { creditsFailed } from '../errors/creditsProblems';
import type { Outcome } from '../output/outcome';
import { credits } from '../veo/api/endpoints/credits';
import type { FailFast } from './run';
import type { ProblemOf, Session } from './session';

/** Gets the account's credits with one request for all items. */
export async function getCredits(
	session: Session | ProblemOf,
	itemCount: number,
	failFast: FailFast,
): Promise<Outcome[]> {
	const outcome = await requestCredits(session);
	if (outcome.kind === 'problem' && itemCount > 0) failFast(outcome.problem, 0, 0);
	return Array.from({ length: itemCount }, () => outcome);
}

async function requestCredits(session: Session | ProblemOf): Promise<Outcome> {
	if (typeof session === 'function') {
		return { kind: 'problem', problem: session(null, 'get the credits'), task: null };
	}
	const now = session.clock.now();
	const result = await session.client.send(credits, { dueAt: now, deadline: Infinity });
	switch (result.kind) {
		case 'success':
			return { kind: 'credits', credits: result.value };
		case 'aborted':
		case 'expired':
			return { kind: 'aborted' };
		default:
			return { kind: 'problem', problem: creditsFailed(result), task: null };
	}
}
