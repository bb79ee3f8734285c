import { extensionRefused } from '../errors/extensionProblems';
import type { Original } from '../errors/extensionProblems';
import type { Problem } from '../errors/problem';
import { respelledBodyOf } from '../parameters/creationRequest';
import type { CreationRequest } from '../parameters/creationRequest';
import type { CreationError } from '../veo/api/endpoints/creation';
import { parseRefusedOriginal } from '../veo/api/endpoints/extend';
import { getStatus } from './lookup';
import type { Session } from './session';

type Refusal = Extract<CreationError, { kind: 'rejected' }>;

/** The API may have asked for a pause that is longer than an explanation is worth. */
const TIMEOUT_MS = 30_000;

/** Resolves with a problem that says what is wrong with the task to extend; null if the refusal isn't about it. */
export async function explainRefusal(
	session: Pick<Session, 'client' | 'clock'>,
	request: CreationRequest,
	error: CreationError,
): Promise<Problem | null> {
	if (error.kind !== 'rejected' || request.endpoint !== 'extend') return null;
	const taskId = String(respelledBodyOf(request).taskId);
	const original = await findOriginal(session, taskId, error);
	return original === null ? null : extensionRefused(taskId, error, original);
}

/** The text of a refusal doesn't tell a task that runs from one that failed, but its record does. */
async function findOriginal(
	session: Pick<Session, 'client' | 'clock'>,
	taskId: string,
	{ code, message }: Refusal,
): Promise<Original | null> {
	const kind = parseRefusedOriginal(message);
	if (kind !== null && kind !== 'notSucceeded') return { kind };
	if (code !== 422) return null;
	const result = await getStatus(session, { taskId }, TIMEOUT_MS);
	if (result.kind === 'failed' && result.error.kind === 'notFound') return { kind: 'unknown' };
	if (result.kind === 'failed' && result.error.kind === 'tooOld') return { kind: 'expired' };
	const task = result.kind === 'found' ? result.value : null;
	if (task?.status === 'failed') return { kind: 'failed', reason: task.errorMessage };
	if (task?.status === 'generating') return { kind: 'running' };
	if (kind === null) return null;
	return { kind: task?.status === 'succeeded' ? 'succeeded' : kind };
}
