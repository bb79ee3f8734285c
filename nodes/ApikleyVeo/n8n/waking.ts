import type {
	IExecuteFunctions,
	IRunExecutionData,
	IWebhookDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { isLocalHost } from '../veo/api/baseUrl';
import { parseCallback } from '../veo/task/callback';
import { executionOf } from './executionData';
import { addCallback } from './parking';
import type { Awaits } from './parking';

/**
 * How a parked run is woken before its time. While an execution is parked, n8n takes calls at its resume address. It passes
 * them to the node that put the execution to wait, if that node's description has a webhook with `restartWebhook` and the
 * path that follows the execution in the address. Such a webhook is never registered: it exists while the execution is parked.
 *
 * n8n loads the saved execution, runs `webhook` of the node, and resumes the execution if that returns `workflowData`. It
 * then skips the first entry of the stack, as if the time had come (see parking.ts), so the second one resumes the run. The
 * changes that `webhook` makes to the loaded execution are kept. That is how the run learns of the callback.
 *
 * What this relies on, beyond n8n's public types: `runExecutionData` of the context, and the stub run (see `dropStubRun`).
 */

/** Ends the address. No other node has this path, so a late call can't resume a Wait node of the same execution. */
const PATH = 'apikley-veo';

/** The query parameter of the address that holds the secret of a task's creation. */
const TOKEN = 'creation';

export const wakeWebhook: IWebhookDescription = {
	name: 'default',
	httpMethod: 'POST',
	path: PATH,
	isFullPath: true,
	restartWebhook: true,
	responseMode: 'onReceived',
};

/**
 * Handles a call to the resume address of a parked execution. It must not throw, because n8n would then drop all the data of
 * the execution and continue with an empty item. Without `workflowData` the execution stays parked.
 */
export function wake(context: IWebhookFunctions, awaits: Awaits): IWebhookResponseData {
	const isAwaited = tryOr(false, () => receive(context, awaits));
	const message = isAwaited
		? 'The task will be checked'
		: "This execution isn't waiting for that task";
	// n8n itself would only respond when it has a free slot for the execution
	const hasResponded = tryOr(false, () => {
		context.getResponseObject().status(200).json({ message });
		return true;
	});
	return { noWebhookResponse: hasResponded, ...(isAwaited && { workflowData: [] }) };
}

function receive(context: IWebhookFunctions, awaits: Awaits): boolean {
	const execution = canWake(context) ? executionOf(context) : null;
	const { [TOKEN]: token } = context.getQueryData() as Record<string, unknown>;
	const callback = parseCallback(context.getBodyData(), token, Date.now());
	if (execution === null || callback === null) return false;
	const [, ...stack] = execution.executionData?.nodeExecutionStack ?? [];
	const executionId = context.getExecutionId();
	if (!addCallback({ executionId, stack }, callback, awaits)) return false;
	dropStubRun(execution, context.getNode().name);
	return true;
}

/**
 * When time resumes an execution, n8n forgets the run in which the node put it to wait. After a call it keeps an empty copy of
 * a run that an engine request started. That would stay as the node's last run, and a parent workflow would get no data.
 */
function dropStubRun({ resultData }: IRunExecutionData, nodeName: string): void {
	const runs = resultData.runData[nodeName];
	const last = runs?.at(-1);
	if (last?.inputOverride !== undefined && last.data === undefined) runs?.pop();
}

/**
 * True if this n8n lets only one of several simultaneous calls resume an execution. It does from 2.6 on. 1.123 can park a
 * run, but two calls would resume it twice.
 */
function canWake(context: object): boolean {
	return 'getWorkflowSettings' in context && 'isNodeFeatureEnabled' in context;
}

/**
 * Returns the address at which a callback wakes the execution while it is parked; null if there is none, or if an API at
 * `baseUrl` can't reach it. `token`: the secret of a task's creation, by which its callback is recognized.
 */
export function resumeAddress(
	context: IExecuteFunctions,
	baseUrl: string,
	token: string,
): string | null {
	if (!canWake(context)) return null;
	const resumeUrl = tryOr(null, () => context.evaluateExpression('{{ $execution.resumeUrl }}', 0));
	if (typeof resumeUrl !== 'string' || !URL.canParse(resumeUrl)) return null;
	const url = new URL(resumeUrl);
	if (isLocalHost(url.hostname) && !isLocalHost(new URL(baseUrl).hostname)) return null;
	url.pathname = `${url.pathname.replace(/\/$/, '')}/${PATH}`;
	url.searchParams.set(TOKEN, token);
	return url.href;
}

function tryOr<T>(fallback: T, run: () => T): T {
	try {
		return run();
	} catch {
		return fallback;
	}
}
