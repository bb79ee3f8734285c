import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import type { Clock } from '../veo/ports';

/** The caller gets a response within a second. n8n itself needs some of that second, and more of it when many calls come at once. */
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
	private notSaved = () => {};

	constructor(
		private readonly response: ServerResponse,
		private readonly clock: Clock,
	) {}

	/** Returns NOTHING_STARTED. */
	send(status: CallbackStatus, message: string): IWebhookResponseData {
		const { response } = this;
		if (!response.headersSent) {
			response.writeHead(status, {
				'Content-Type': 'application/json; charset=utf-8',
				...(status === 503 && { 'Retry-After': RETRY_AFTER_S }),
			});
			response.end(JSON.stringify({ message }));
			this.mute();
			this.sent.abort();
		}
		return NOTHING_STARTED;
	}

	/** Calls back if n8n responds with an error: it couldn't save the execution. */
	whenNotSaved(callback: () => void): void {
		this.notSaved = callback;
		this.response.once('finish', () => {
			if (!this.sent.signal.aborted) this.endByN8n();
		});
	}

	/** Asks for a repeat if nothing has been sent by then. `read` returns why. Resolves when the caller has a response. */
	async askForRepeatInTime(read: () => string): Promise<'responded'> {
		await this.clock.sleep(RESPOND_WITHIN_MS, this.sent.signal);
		this.send(503, read());
		return 'responded';
	}

	/** n8n also responds, when it has saved the execution and has a slot for it. That would fail now. */
	private mute(): void {
		const { response } = this;
		// Its own status has been sent. From now on it is n8n's
		response.statusCode = 200;
		response.setHeader = () => response;
		response.end = () => {
			this.endByN8n();
			return response;
		};
	}

	private endByN8n(): void {
		if (this.response.statusCode >= 500) this.notSaved();
	}
}
