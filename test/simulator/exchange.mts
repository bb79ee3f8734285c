import type { IncomingMessage, ServerResponse } from 'node:http';

import type { RequestLog } from './request-log.mjs';

/** One request and its answer, noted in the log from its arrival to its end. */
export class Exchange {
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
		// A body must be read off, else the connection cannot be used again
		request.resume();
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
