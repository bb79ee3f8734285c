/** Why an item has no result. Becomes a node error or, with On Error: continue, an item of its own. */
export interface Problem {
	/** As it came in, even if it isn't a task ID. */
	readonly taskId: unknown;
	/** The API's number, or a word in capitals. Workflows branch on it. */
	readonly code: number | string;
	/** What happened, to which task: the title of a node error. */
	readonly message: string;
	/** What to do, and what else is known: the description of a node error. */
	readonly description: string;
	/** True if looking the task up again later may help. */
	readonly retryable: boolean;
}

/** A problem of any task. */
export type Explanation = Omit<Problem, 'taskId'>;

/** The same request would fail again. */
export function final(code: Problem['code'], message: string, description: string): Explanation {
	return { code, message, description, retryable: false };
}

/** Looking the task up again later may help. */
export function retryable(...explanation: Parameters<typeof final>): Explanation {
	return { ...final(...explanation), retryable: true };
}

/** Without the full stop, so that a sentence can continue. */
export function trimFullStop(sentence: string): string {
	return sentence.replace(/[.\s]+$/, '');
}

export function formatAttempts(count: number): string {
	return count === 1 ? 'once' : `${count} times`;
}
