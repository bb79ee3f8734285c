import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';

import { readLimits } from '../settings/settings';
import { InvalidSetting } from '../settings/numbers';
import { readBaseUrl } from '../veo/api/baseUrl';
import { VeoClient } from '../veo/api/client';
import type { Clock } from '../veo/ports';
import { drawSpread } from '../veo/waiting/parking';
import { Brake } from '../veo/traffic/brake';
import { Gate } from '../veo/traffic/gate';
import { systemClock } from './clock';
import { openDownloads } from './downloads';
import type { Downloads } from './downloads';
import { CREDENTIAL, N8nHttp } from './http';

/** What all items of one execution of the node share: the client with its limits, time, and an end. */
export interface Session {
	readonly client: VeoClient;
	readonly downloads: Downloads;
	readonly clock: Clock;
	readonly signal: AbortSignal;
	/** How long after it was due the latest request started, in milliseconds. */
	longestDelayMs(): number;
	/** By how much its waits, if parked, are parked for longer than they need be. */
	readonly parkSpreadMs: number;
	/** Ends all sleeps and requests. */
	close(): void;
}

/** A session, or what is wrong with the options or the Base URL. */
export async function openSession(context: IExecuteFunctions): Promise<Session | InvalidSetting> {
	const limits = readLimits(context);
	if (limits instanceof InvalidSetting) return limits;
	const credential = await context.getCredentials<ICredentialDataDecryptedObject>(CREDENTIAL);
	const base = readBaseUrl(credential.baseUrl);
	if (base.kind === 'invalid') return new InvalidSetting(base.problem);

	const run = new AbortController();
	const { signal } = run;
	const close = () => run.abort();
	const cancelled = context.getExecutionCancelSignal();
	cancelled?.addEventListener('abort', close, { once: true });
	signal.addEventListener('abort', () => cancelled?.removeEventListener('abort', close));
	if (cancelled?.aborted === true) close();

	const clock = systemClock;
	const http = new N8nHttp(context, clock);
	const brake = new Brake();
	const gate = new Gate(limits, brake, clock, signal);
	const ports = { http, clock, random: Math.random, gate, brake, signal };
	const client = new VeoClient(base.url, limits, ports);
	return {
		client,
		downloads: openDownloads(context, limits, clock, signal),
		clock,
		signal,
		parkSpreadMs: drawSpread(Math.random),
		longestDelayMs: () => gate.longestDelayMs,
		close,
	};
}
