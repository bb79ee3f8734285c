import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';

import { credentialUnavailable, invalidRequest } from '../errors/lookupProblems';
import type { Problem } from '../errors/problem';
import { systemClock } from '../n8n/clock';
import { CreationClaims } from '../n8n/creationClaims';
import { CreationNotes } from '../n8n/creationNotes';
import { addToCustomData } from '../n8n/customData';
import { Downloader } from '../n8n/downloader';
import { CREDENTIAL, N8nHttp } from '../n8n/http';
import { ImageDigests } from '../n8n/imageDigests';
import { ImageUploader } from '../n8n/imageUploader';
import { newToken } from '../n8n/token';
import { isToolExecution } from '../n8n/toolExecution';
import { resumeAddress } from '../n8n/waking';
import { InvalidParameterError, tryRead } from '../parameters/invalidParameter';
import { readMaxVideos } from '../parameters/generationOptions';
import { readOnError } from '../parameters/onError';
import { readLimits } from '../parameters/options';
import { readWakeOnCallback } from '../parameters/polling';
import { checkApiKey } from '../veo/api/apiKey';
import { isLocalHost, parseBaseUrl } from '../veo/api/baseUrl';
import { VeoClient } from '../veo/api/client';
import { AdaptiveThrottle } from '../veo/limits/adaptiveThrottle';
import { RequestLimiter } from '../veo/limits/requestLimiter';
import { linkAbort } from '../veo/onAbort';
import { randomParkJitter } from '../veo/polling/parkedSchedule';
import type { Clock } from '../veo/ports';

/** What all jobs of a run share while it is in memory. */
export interface Session {
	readonly client: VeoClient;
	/** The API is in a local network, so it may reach other hosts there. */
	readonly isApiLocal: boolean;
	/** Null as a tool, as an AI agent only reads JSON. */
	readonly downloader: Downloader | null;
	readonly clock: Clock;
	/** Aborted when the execution is cancelled or the session is closed. */
	readonly signal: AbortSignal;
	readonly creations: Creations;
	/** How long waits stay in memory before they are parked; Infinity if they are never parked. */
	readonly parkAfterMs: number;
	/** Milliseconds that all waits of the run are parked for on top of their schedules. */
	readonly parkJitterMs: number;
	/** How long after it was due the latest request started, in milliseconds. */
	maxStartDelayMs(): number;
	/** Ends all sleeps and requests. */
	close(): void;
}

/** What the creations of a run share. */
export interface Creations {
	readonly notes: CreationNotes;
	readonly claims: Pick<CreationClaims, 'claim' | 'release'>;
	/** The most tasks that all runs of the node in this execution may create. */
	readonly maxVideos: number;
	/** With On Error: stop, no further task is created after a failure. */
	readonly stopsAtFailure: boolean;
	readonly digests: ImageDigests;
	readonly uploader: ImageUploader;
	newToken(): string;
	/** The address that resumes the run when the task ends; null if none can be sent. */
	callBackUrl(token: string): string | null;
	/** `name`: of the creation in the notes. */
	onCreated(name: string, taskId: string): void;
}

/** The problem of everything that was requested. `taskId` is null if that was not about a task that exists. */
export type ProblemOf = (taskId: string | null, activity?: string) => Problem;

/** Resolves with a session, or with what is wrong with the options, the credential or this n8n. */
export async function openSession(
	context: IExecuteFunctions,
	readParkAfterMs: () => number,
): Promise<Session | ProblemOf> {
	const settings = tryRead(context, () => ({
		parkAfterMs: readParkAfterMs(),
		limits: readLimits(context),
		maxVideos: readMaxVideos(context),
	}));
	if (settings instanceof InvalidParameterError) {
		return (taskId, activity) => invalidRequest(taskId, settings, activity);
	}
	const { limits, parkAfterMs, maxVideos } = settings;
	const credential = await readCredential(context);
	if (credential instanceof Error) {
		return (taskId, activity) => credentialUnavailable(taskId, credential.message, activity);
	}
	const base = parseBaseUrl(credential.baseUrl);
	if (base.kind === 'invalid') {
		return (taskId, activity) => invalidRequest(taskId, base, activity);
	}
	const noKey = checkApiKey(credential.apiKey);
	if (noKey !== null) return (taskId, activity) => invalidRequest(taskId, noKey, activity);

	// n8n has no signal in some kinds of executions
	const cancelled = context.getExecutionCancelSignal() ?? new AbortController().signal;
	const { signal, dispose } = linkAbort(cancelled);
	const clock = systemClock;
	const http = new N8nHttp(context, clock);
	const throttle = new AdaptiveThrottle();
	const limiter = new RequestLimiter(limits, throttle, clock, signal);
	const ports = { http, clock, random: Math.random, limiter, throttle, signal };
	const client = new VeoClient(base.url, limits, ports);
	const notes = new CreationNotes(context);
	const digests = new ImageDigests();
	return {
		client,
		isApiLocal: isLocalHost(new URL(base.url).hostname),
		downloader: isToolExecution(context) ? null : new Downloader(context, limits, clock, signal),
		creations: {
			notes,
			claims: new CreationClaims(context),
			maxVideos,
			stopsAtFailure: readOnError(context) === 'stopWorkflow',
			newToken,
			digests,
			uploader: new ImageUploader(client, clock, digests),
			callBackUrl: (token) =>
				canBeWoken(context, parkAfterMs) ? resumeAddress(context, base.url, token) : null,
			onCreated: (name, taskId) => {
				notes.set(name, { kind: 'created', taskId });
				addToCustomData(context, taskId);
			},
		},
		clock,
		signal,
		parkAfterMs,
		parkJitterMs: randomParkJitter(Math.random),
		maxStartDelayMs: () => limiter.maxStartDelayMs,
		close: dispose,
	};
}

/** A run is only woken while it is parked. */
function canBeWoken(context: IExecuteFunctions, parkAfterMs: number): boolean {
	return parkAfterMs < Infinity && readWakeOnCallback(context);
}

async function readCredential(
	context: IExecuteFunctions,
): Promise<ICredentialDataDecryptedObject | Error> {
	try {
		return await context.getCredentials<ICredentialDataDecryptedObject>(CREDENTIAL);
	} catch (error) {
		return error as Error;
	}
}
