/** Far beyond any task ID, and short enough for every server's limit on addresses. */
const MAX_TASK_ID_LENGTH = 1024;

export type ParsedTaskId =
	| { readonly kind: 'valid'; readonly taskId: string }
	| { readonly kind: 'invalid'; readonly problem: string };

function invalid(problem: string): ParsedTaskId {
	return { kind: 'invalid', problem };
}

/** Reads the Task ID field, which an expression can make anything. */
export function readTaskId(value: unknown): ParsedTaskId {
	if (Array.isArray(value)) {
		return invalid(
			'Task ID is a list. Put one task ID on each item, for example with a Split Out node before this one.',
		);
	}
	if (typeof value === 'number' && Number.isFinite(value)) return readTaskId(String(value));
	if (value !== undefined && value !== null && typeof value !== 'string') {
		return invalid(
			`Task ID must be text, but is ${describe(value)}. Use an expression that gives the ID alone, such as {{ $json.data.taskId }}.`,
		);
	}
	const taskId = (value ?? '').trim();
	if (taskId === '') {
		return invalid(
			'Task ID is empty. Enter the ID that Apikley gave when the task was created, or an expression such as {{ $json.data.taskId }}.',
		);
	}
	if (taskId.length > MAX_TASK_ID_LENGTH) {
		return invalid(
			`Task ID has ${taskId.length} characters, so it isn't one (it begins "${taskId.slice(0, 40)}…"). Use an expression that gives the ID alone.`,
		);
	}
	return { kind: 'valid', taskId };
}

function describe(value: unknown): string {
	if (typeof value === 'object') return 'an object';
	return Number.isNaN(value) ? 'not a number (NaN)' : `${String(value)} (a ${typeof value})`;
}
