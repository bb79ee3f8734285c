import type { IRunExecutionData } from 'n8n-workflow';

/** The data of a node's execution, which is not in n8n's public types; null in an n8n that keeps it elsewhere. */
export function executionOf(context: object): IRunExecutionData | null {
	const { runExecutionData } = context as { runExecutionData?: IRunExecutionData | null };
	return runExecutionData ?? null;
}
