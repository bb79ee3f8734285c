import type { IWebhookFunctions } from 'n8n-workflow';

import { callbackUnverified, quoteTaskId } from '../errors/callbackProblems';
import { credentialUnavailable, invalidRequest } from '../errors/lookupProblems';
import type { Problem } from '../errors/problem';
import { N8nHttp } from '../n8n/http';
import type { Credential } from '../n8n/http';
import { checkApiKey } from '../veo/api/apiKey';
import { parseBaseUrl } from '../veo/api/baseUrl';
import { VeoClient } from '../veo/api/client';
import type { RetryLimits } from '../veo/api/client';
import type { Clock } from '../veo/ports';
import type { NodeState } from './nodeState';
import type { Traffic } from './sharedLookups';
import { reachVerdict } from './verdict';
import type { Verdict } from './verdict';

/** More retries than fit into the time for which a task is looked up. */
const LIMITS: RetryLimits = { requestTimeoutMs: 30_000, maxRetries: 10 };

/** Looks a task up with the credential. Logs why it doesn't start the workflow, as there is no execution to show it. */
export async function lookUp(
	context: IWebhookFunctions,
	clock: Clock,
	taskId: string,
	{ credential, log }: NodeState,
	traffic: Traffic,
	onFound: () => void,
): Promise<Verdict> {
	const redact = await credential.readRedactor(context);
	const name = quoteTaskId(redact(taskId));
	const client = openClient(context, clock, name, await credential.read(context), traffic);
	const verdict: Verdict =
		client instanceof VeoClient
			? await reachVerdict(taskId, name, { client, clock, signal: traffic.signal, onFound })
			: { kind: 'unverified', reason: callbackUnverified(client) };
	if (verdict.kind !== 'ended') await log.write(context, 'warn', verdict.reason);
	if (verdict.kind === 'unverified') credential.forget();
	return verdict;
}

function openClient(
	context: IWebhookFunctions,
	clock: Clock,
	name: string,
	credential: Credential | Error,
	traffic: Traffic,
): VeoClient | Problem {
	if (credential instanceof Error) return credentialUnavailable(name, credential.message);
	const base = parseBaseUrl(credential.data.baseUrl);
	if (base.kind === 'invalid') return invalidRequest(name, base);
	const noKey = checkApiKey(credential.data.apiKey);
	if (noKey !== null) return invalidRequest(name, noKey);
	const http = new N8nHttp(context, clock, credential);
	return new VeoClient(base.url, LIMITS, { http, clock, random: Math.random, ...traffic });
}
