import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

import type { RequestLog } from './request-log.mjs';

/** One request and its answer, noted in the log from its arrival to its end. */
export class Exchange {
	/** Of the request; empty when it breaks off. Read in any case, else the connection cannot be used again. */
	readonly body: Promise<string>;
	private readonly gone = new AbortController();
	private brokenHere = false;

	constructor(
		readonly request: IncomingMessage,
		readonly response: ServerResponse,
		log: RequestLog,
		taskId: string | null,
		simulatorClosed: AbortSignal,
	) {
		const { method = '', url: path = '', headers } = request;
		const end = log.begin({ taskId, method, path, headers });
		this.body = text(request).catch(() => '');
		response.once('close', () => {
			this.gone.abort();
			end({
				status: response.headersSent ? response.statusCode : null,
				closedByClient: !response.writableFinished && !this.brokenHere && !simulatorClosed.aborted,
			});
		});
	}

	/** Aborts when the connection is gone or the answer has ended. */
	get signal(): AbortSignal {
		return this.gone.signal;
	}

	/** Breaks the connection from this side; `reset` with a TCP RST. */
	breakOff(how: 'reset' | 'close'): void {
		this.brokenHere = true;
		const { socket } = this.request;
		if (how === 'reset') socket.resetAndDestroy();
		else socket.destroy();
	}
}
