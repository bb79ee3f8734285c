import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';

import { systemClock } from '../n8n/clock';
import { Downloader } from '../n8n/downloader';
import { CREDENTIAL, N8nHttp } from '../n8n/http';
import { InvalidParameterError, tryRead } from '../parameters/invalidParameter';
import { readLimits } from '../parameters/options';
import { parseBaseUrl } from '../veo/api/baseUrl';
import { VeoClient } from '../veo/api/client';
import { AdaptiveThrottle } from '../veo/limits/adaptiveThrottle';
import { RequestLimiter } from '../veo/limits/requestLimiter';
import { linkAbort } from '../veo/onAbort';
import { randomParkJitter } from '../veo/polling/parkedSchedule';
import type { Clock } from '../veo/ports';

/** What all jobs of a run share while it is in memory. */
export interface Session {
	readonly client: VeoClient;
	readonly downloader: Downloader;
	readonly clock: Clock;
	/** Aborted when the execution is cancelled or the session is closed. */
	readonly signal: AbortSignal;
	/** How long waits stay in memory before they are parked; Infinity if they are never parked. */
	readonly parkAfterMs: number;
	/** Milliseconds that all waits of the run are parked for on top of their schedules. */
	readonly parkJitterMs: number;
	/** How long after it was due the latest request started, in milliseconds. */
	maxStartDelayMs(): number;
	/** Ends all sleeps and requests. */
	close(): void;
}

/** Resolves with a session, or with what is wrong with the options, the Base URL or this n8n. */
export async function openSession(
	context: IExecuteFunctions,
	readParkAfterMs: () => number,
): Promise<Session | InvalidParameterError> {
	const settings = tryRead(context, () => ({
		parkAfterMs: readParkAfterMs(),
		limits: readLimits(context),
	}));
	if (settings instanceof InvalidParameterError) return settings;
	const { limits, parkAfterMs } = settings;
	const credential = await context.getCredentials<ICredentialDataDecryptedObject>(CREDENTIAL);
	const base = parseBaseUrl(credential.baseUrl);
	if (base.kind === 'invalid') return new InvalidParameterError(base.message, base.advice);

	// n8n has no signal in some kinds of executions
	const cancelled = context.getExecutionCancelSignal() ?? new AbortController().signal;
	const { signal, dispose } = linkAbort(cancelled);
	const clock = systemClock;
	const http = new N8nHttp(context, clock);
	const throttle = new AdaptiveThrottle();
	const limiter = new RequestLimiter(limits, throttle, clock, signal);
	const ports = { http, clock, random: Math.random, limiter, throttle, signal };
	return {
		client: new VeoClient(base.url, limits, ports),
		downloader: new Downloader(context, limits, clock, signal),
		clock,
		signal,
		parkAfterMs,
		parkJitterMs: randomParkJitter(Math.random),
		maxStartDelayMs: () => limiter.maxStartDelayMs,
		close: dispose,
	};
}
