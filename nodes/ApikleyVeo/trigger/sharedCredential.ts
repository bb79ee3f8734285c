import type { IWebhookFunctions } from 'n8n-workflow';

import { CREDENTIAL, readCredential } from '../n8n/http';
import type { Credential } from '../n8n/http';
import { createAddressRedactor } from '../n8n/redactAddress';
import type { Redactor } from '../n8n/redactKey';
import type { Clock } from '../veo/ports';

/** A renewed key or secret is used after this time at the latest. */
const LIFETIME_MS = 60_000;

interface ReadCredential {
	readonly id: string | null | undefined;
	readonly credential: Promise<Credential | Error>;
	readonly readAt: number;
}

/**
 * The credential of a node, for all its lookups. n8n starts a JavaScript engine to read a credential for a webhook, or to
 * evaluate an expression, which costs more than the lookup.
 */
export class SharedCredential {
	private last: ReadCredential | null = null;

	constructor(private readonly clock: Clock) {}

	async read(context: IWebhookFunctions): Promise<Credential | Error> {
		const now = this.clock.now();
		const id = context.getNode().credentials?.[CREDENTIAL]?.id;
		const { last } = this;
		if (last !== null && last.id === id && now - last.readAt <= LIFETIME_MS) {
			return await last.credential;
		}
		const credential = readCredential(context).catch((error: Error) => error);
		this.last = { id, credential, readAt: now };
		return await credential;
	}

	/** Resolves with what hides the key and the addresses of executions in a text. */
	async readRedactor(context: IWebhookFunctions): Promise<Redactor> {
		const credential = await this.read(context);
		return credential instanceof Error ? createAddressRedactor(context) : credential.redact;
	}

	/** It may be the reason why a lookup failed. */
	forget(): void {
		this.last = null;
	}
}
