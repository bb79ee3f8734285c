import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';

import { readLimits } from '../parameters/options';
import { InvalidParameterError } from '../parameters/number';
import { parseBaseUrl } from '../veo/api/baseUrl';
import { VeoClient } from '../veo/api/client';
import type { Clock } from '../veo/ports';
import { randomParkJitter } from '../veo/polling/parkedSchedule';
import { AdaptiveThrottle } from '../veo/limits/adaptiveThrottle';
import { RequestLimiter } from '../veo/limits/requestLimiter';
import { systemClock } from '../n8n/clock';
import { createDownloader } from './downloader';
import type { Downloader } from './downloader';
import { CREDENTIAL, N8nHttp } from '../n8n/http';

/** What all items of one execution of the node share: the client with its limits, time, and an end. */
export interface Session {
	readonly client: VeoClient;
	readonly downloader: Downloader;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** How long after it was due the latest request started, in milliseconds. */
	maxStartDelayMs(): number;
	/** By how much its waits, if parked, are parked for longer than they need be. */
	readonly parkJitterMs: number;
	/** Ends all sleeps and requests. */
	close(): void;
}

/** A session, or what is wrong with the options or the Base URL. */
export async function openSession(
	context: IExecuteFunctions,
): Promise<Session | InvalidParameterError> {
	const limits = readLimits(context);
	if (limits instanceof InvalidParameterError) return limits;
	const credential = await context.getCredentials<ICredentialDataDecryptedObject>(CREDENTIAL);
	const base = parseBaseUrl(credential.baseUrl);
	if (base.kind === 'invalid') return new InvalidParameterError(base.problem);

	const run = new AbortController();
	const { signal } = run;
	const close = () => run.abort();
	const cancelled = context.getExecutionCancelSignal();
	cancelled?.addEventListener('abort', close, { once: true });
	signal.addEventListener('abort', () => cancelled?.removeEventListener('abort', close));
	if (cancelled?.aborted === true) close();

	const clock = systemClock;
	const http = new N8nHttp(context, clock);
	const brake = new AdaptiveThrottle();
	const gate = new RequestLimiter(limits, brake, clock, signal);
	const ports = { http, clock, random: Math.random, gate, brake, signal };
	const client = new VeoClient(base.url, limits, ports);
	return {
		client,
		downloader: createDownloader(context, limits, clock, signal),
		clock,
		signal,
		parkJitterMs: randomParkJitter(Math.random),
		maxStartDelayMs: () => gate.maxStartDelayMs,
		close,
	};
}
