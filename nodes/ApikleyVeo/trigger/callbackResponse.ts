import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import type { Clock } from '../veo/ports';

/**
 * The caller usually gets a response within a second. n8n itself needs some of that second, and more of it when many calls
 * come at once.
 */
const RESPOND_WITHIN_MS = 500;
/** The provider repeats a callback after a minute at the earliest. */
const RETRY_AFTER_S = 60;

/** 503 asks the caller to repeat the callback. */
export type CallbackStatus = 200 | 400 | 404 | 503;

/** What `webhook` returns to start nothing, when the caller has a response. */
export const NOTHING_STARTED: IWebhookResponseData = { noWebhookResponse: true };

type ServerResponse = ReturnType<IWebhookFunctions['getResponseObject']>;

/** The response to the caller, which either this node or n8n sends. */
export class CallbackResponse {
	private readonly sent = new AbortController();
	private readonly end: (body: unknown, ...more: unknown[]) => ServerResponse;
	private notSaved = () => {};

	constructor(
		private readonly response: ServerResponse,
		private readonly clock: Clock,
	) {
		this.end = response.end.bind(response) as typeof this.end;
		// From here on, only n8n calls it. There is no event for it if the caller has hung up
		response.end = ((...args: Parameters<typeof this.end>) =>
			this.endByN8n(args)) as ServerResponse['end'];
	}

	/** Returns NOTHING_STARTED. */
	send(status: CallbackStatus, message: string): IWebhookResponseData {
		const { response } = this;
		if (!response.headersSent) {
			response.writeHead(status, {
				'Content-Type': 'application/json; charset=utf-8',
				...(status === 503 && { 'Retry-After': RETRY_AFTER_S }),
			});
			this.end(JSON.stringify({ message }));
			// n8n also sets headers for its own response, and that would fail now
			response.setHeader = () => response;
			this.sent.abort();
		}
		return NOTHING_STARTED;
	}

	/**
	 * Calls back if n8n responds with an error: it couldn't save the execution. Up to 2.6, n8n responds before it saves the
	 * execution, and never does so.
	 */
	whenNotSaved(callback: () => void): void {
		this.notSaved = callback;
	}

	/** Asks for a repeat if nothing has been sent by then. `read` returns why. Resolves when the caller has a response. */
	async askForRepeatInTime(read: () => string): Promise<'responded'> {
		await this.clock.sleep(RESPOND_WITHIN_MS, this.sent.signal);
		this.send(503, read());
		return 'responded';
	}

	/** n8n responds when it has saved the execution and has a slot for it. By then the caller may have a response. */
	private endByN8n(args: Parameters<typeof this.end>): ServerResponse {
		if (this.response.statusCode >= 400) this.notSaved();
		return this.sent.signal.aborted ? this.response : this.end(...args);
	}
}
