import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import type { Clock } from '../veo/ports';
import { NEVER } from './nodeState';

/** The caller gets a response within a second. */
const RESPOND_WITHIN_MS = 800;
/** The provider repeats a callback after a minute at the earliest. */
const RETRY_AFTER_S = 60;

/** 503: the caller should repeat the callback, as it would be lost if this process ended now. */
export type CallbackStatus = 200 | 202 | 400 | 404 | 503;

/** The response to the caller, which is sent once. */
export class CallbackResponse {
	constructor(
		private readonly response: ReturnType<IWebhookFunctions['getResponseObject']>,
		private readonly clock: Clock,
	) {}

	get isSent(): boolean {
		return this.response.headersSent;
	}

	/** Returns what `webhook` returns to start nothing. */
	send(status: CallbackStatus, message: string): IWebhookResponseData {
		if (!this.isSent) {
			this.response.writeHead(status, {
				'Content-Type': 'application/json; charset=utf-8',
				...(status === 503 && { 'Retry-After': RETRY_AFTER_S }),
			});
			this.response.end(JSON.stringify({ message }));
		}
		return { noWebhookResponse: true };
	}

	/** Sends what `read` returns if there is no response by then, neither of the node nor of n8n. */
	sendInTime(read: () => readonly [CallbackStatus, string]): void {
		void this.clock.sleep(RESPOND_WITHIN_MS, NEVER).then(() => {
			if (this.isSent) return;
			this.send(...read());
			// n8n responds when the execution has a slot, and would fail to set its headers then
			this.response.setHeader = () => this.response;
		});
	}
}
