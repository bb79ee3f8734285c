import { once } from 'node:events';
import type { IncomingMessage, OutgoingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Fault } from './faults.mjs';
import type { RequestLog } from './request-log.mjs';
import { applyRange, type Content, type HttpResponse } from './response.mjs';

/** How a response is sent. */
export interface Delivery {
	readonly response: HttpResponse;
	readonly acceptRanges: boolean;
	/** Most bytes of a response; the rest is for further Range requests. Null: all of them. */
	readonly partBytes: number | null;
	/** False: chunked, without Content-Length. */
	readonly sendLength: boolean;
	/** Waited before anything is sent. */
	readonly delayMs: number;
	readonly bytesPerSecond: number | null;
	/** Where it breaks off: before the headers, or after this many bytes of the body (0: right after the headers). */
	readonly breakOff: BreakOff | null;
}

export interface BreakOff {
	readonly at: 'beforeHeaders' | number;
	readonly how: 'reset' | 'close' | 'hang';
}

/** Sends the whole response at once. */
export function plainDelivery(response: HttpResponse): Delivery {
	return {
		response,
		acceptRanges: false,
		partBytes: null,
		sendLength: true,
		delayMs: 0,
		bytesPerSecond: null,
		breakOff: null,
	};
}

/** One request and its response, logged from its arrival to its end. */
export class Exchange {
	/** The request's body; empty if it breaks off. Always read, else the connection could not be used again. */
	readonly body: Promise<Buffer>;
	/** For the log. */
	fault: Fault['kind'] = 'none';
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
		this.body = buffer(request).catch(() => Buffer.alloc(0));
		response.once('close', () => {
			this.gone.abort();
			end({
				status: response.headersSent ? response.statusCode : null,
				closedByClient: !response.writableFinished && !this.brokenHere && !simulatorClosed.aborted,
				fault: this.fault,
			});
		});
	}

	/** Aborts when the connection is gone or the response is complete. */
	get signal(): AbortSignal {
		return this.gone.signal;
	}

	/** Breaks the connection from this side; `reset` does it with a TCP RST. */
	breakOff(how: 'reset' | 'close'): void {
		this.brokenHere = true;
		const { socket } = this.request;
		if (how === 'reset') socket.resetAndDestroy();
		else socket.destroy();
	}
}

/** A slow body comes in this many pieces a second, as far as its bytes allow. */
const PIECES_PER_SECOND = 20;

/**
 * Sends what `plan` returns. Resolves when that is done, or when the client has gone. A script that cannot be
 * followed (a status of 99, say) gets HTTP 500 and the reason.
 */
export async function deliver(
	exchange: Exchange,
	plan: () => Delivery | Promise<Delivery>,
): Promise<void> {
	const { response, signal } = exchange;
	try {
		const delivery = await plan();
		if (delivery.delayMs > 0) await sleep(delivery.delayMs, undefined, { signal });
		await send(delivery, exchange);
	} catch (error) {
		if (signal.aborted) return;
		if (response.headersSent) response.destroy();
		else response.writeHead(500).end(`The simulator cannot follow its script: ${String(error)}`);
	}
}

async function send(delivery: Delivery, exchange: Exchange): Promise<void> {
	const { breakOff, bytesPerSecond } = delivery;
	const { response } = exchange;
	if (breakOff?.at === 'beforeHeaders') {
		if (breakOff.how !== 'hang') exchange.breakOff(breakOff.how);
		return;
	}
	const body = writeHead(delivery, exchange);
	const end = Math.min(breakOff?.at ?? body.length, body.length);
	await writeBody(body, end, bytesPerSecond, { message: response, signal: exchange.signal });
	if (breakOff === null) response.end();
	else await breakOffBody(breakOff.how, exchange);
}

/** Returns the body that the headers promise. */
function writeHead(delivery: Delivery, { request, response }: Exchange): Content {
	const { partBytes } = delivery;
	const range = request.headers.range ?? (partBytes === null ? undefined : 'bytes=0-');
	const { status, headers, body } = delivery.acceptRanges
		? applyRange(delivery.response, range, partBytes ?? Infinity)
		: delivery.response;
	const length = delivery.sendLength ? { 'content-length': body.length } : {};
	response.writeHead(status, { ...headers, ...length });
	return body;
}

/** Writes the first `end` bytes of a body, at once or slowly. */
export async function writeBody(
	body: Content,
	end: number,
	bytesPerSecond: number | null,
	{ message, signal }: { message: OutgoingMessage; signal: AbortSignal },
): Promise<void> {
	const step = bytesPerSecond === null ? end : Math.ceil(bytesPerSecond / PIECES_PER_SECOND);
	for (let at = 0; at < end; at += step) {
		const next = Math.min(end, at + step);
		if (bytesPerSecond !== null) {
			message.flushHeaders();
			await sleep(((next - at) / bytesPerSecond) * 1000, undefined, { signal });
		}
		for (const piece of body.pieces(at, next)) {
			if (!message.write(piece)) await once(message, 'drain', { signal });
		}
	}
}

async function breakOffBody(how: BreakOff['how'], exchange: Exchange): Promise<void> {
	const { response } = exchange;
	response.flushHeaders();
	if (how === 'hang') return;
	// What was written must have left this process before the break, or it would be lost
	const { socket } = response;
	if (socket && socket.writableLength > 0) await new Promise((done) => socket.write('', done));
	exchange.breakOff(how);
}
