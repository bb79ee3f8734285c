import type { NodeExecutionHint } from 'n8n-workflow';

import type { Outcome } from './outcome';

function taskOf(outcome: Outcome) {
	return outcome.kind === 'task' ? outcome.finding.task : null;
}

function hint(message: string): NodeExecutionHint {
	return { message, type: 'warning', location: 'outputPane' };
}

/** "1 of 8 items" */
function share(count: number, outcomes: readonly Outcome[]): string {
	return `${count} of ${outcomes.length} item${outcomes.length === 1 ? '' : 's'}`;
}

/** What the user should know beyond the single items, in plain words. */
export function hintsFor(outcomes: readonly Outcome[]): NodeExecutionHint[] {
	const count = (applies: (outcome: Outcome) => boolean) => outcomes.filter(applies).length;
	const unknown = count((outcome) => taskOf(outcome)?.status === 'unknown');
	const fallback = count((outcome) => {
		const task = taskOf(outcome);
		return task?.status === 'succeeded' && task.fallbackFlag === true;
	});
	const timedOut = count((outcome) => outcome.kind === 'task' && outcome.finding.timedOut);
	const hints: NodeExecutionHint[] = [];
	if (unknown > 0) {
		hints.push(
			hint(
				`${share(unknown, outcomes)}: the API reported a successFlag outside 0 to 3, so the status is "unknown". Check for an update of this node.`,
			),
		);
	}
	if (fallback > 0) {
		hints.push(
			hint(
				`${share(fallback, outcomes)}: the video was made by the fallback model, in 720p. It can't be upgraded to 1080p.`,
			),
		);
	}
	if (timedOut > 0) {
		hints.push(
			hint(
				`${share(timedOut, outcomes)}: the wait timed out before the task ended. Wait again with the same task ID, or raise Timeout.`,
			),
		);
	}
	return hints;
}
