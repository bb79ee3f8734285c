import type { IWebhookFunctions } from 'n8n-workflow';

import type { Clock } from '../veo/ports';
import type { SharedCredential } from './sharedCredential';

type Level = 'warn' | 'error';

/** Strangers can cause any number of lines. */
const MIN_PAUSE_MS = 60_000;

/**
 * Writes to n8n's log why callbacks didn't start the workflow, as there is no execution that could show it. Neither the key
 * nor an address that resumes an execution is in it.
 */
export class CallbackLog {
	/** When each text was last logged, on the clock's `now`. */
	private readonly loggedAt = new Map<string, number>();

	constructor(
		private readonly clock: Clock,
		private readonly credential: SharedCredential,
	) {}

	async write(context: IWebhookFunctions, level: Level, text: string): Promise<void> {
		const redact = await this.credential.readRedactor(context);
		context.logger[level](redact(text));
	}

	/** Writes the same text once a minute at most. */
	async writeRarely(context: IWebhookFunctions, level: Level, text: string): Promise<void> {
		const now = this.clock.now();
		if (now - (this.loggedAt.get(text) ?? -Infinity) < MIN_PAUSE_MS) return;
		this.loggedAt.set(text, now);
		await this.write(context, level, text);
	}
}
