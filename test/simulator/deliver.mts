import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Content } from './content.mjs';
import type { Delivery } from './delivery.mjs';
import type { Exchange } from './exchange.mjs';
import { ranged } from './range.mjs';

/** A slow body comes in so many pieces a second, as far as its bytes allow. */
const PIECES_PER_SECOND = 20;

/**
 * Sends what `plan` says; resolves when that is done, or when the client has gone. A script that cannot be followed
 * (a status of 99, say) is answered with HTTP 500 and the reason.
 */
export async function deliver(
	plan: () => Delivery | Promise<Delivery>,
	exchange: Exchange,
): Promise<void> {
	try {
		const delivery = await plan();
		if (delivery.delayMs > 0) await sleep(delivery.delayMs, undefined, { signal: exchange.signal });
		await send(delivery, exchange);
	} catch (error) {
		if (!exchange.signal.aborted) refuse(exchange.response, error);
	}
}

function refuse(response: ServerResponse, error: unknown): void {
	if (response.headersSent) response.destroy();
	else response.writeHead(500).end(`The simulator cannot follow its script: ${String(error)}`);
}

async function send(delivery: Delivery, exchange: Exchange): Promise<void> {
	const { breakOff, bytesPerSecond } = delivery;
	const { request, response } = exchange;
	if (breakOff?.at === 'beforeHeaders') {
		if (breakOff.how !== 'hang') exchange.breakOff(breakOff.how);
		return;
	}
	const body = writeHead(delivery, exchange);
	if (request.method === 'HEAD') {
		response.end();
		return;
	}
	const end = Math.min(breakOff?.at ?? body.length, body.length);
	if (bytesPerSecond === null) await write(body, end, exchange);
	else await trickle(body, end, bytesPerSecond, exchange);
	if (breakOff === null) response.end();
	else await breakOffBody(breakOff.how, exchange);
}

/** Returns the body that the headers promise. */
function writeHead(delivery: Delivery, { request, response }: Exchange): Content {
	const answer = delivery.acceptRanges
		? ranged(delivery.answer, request.headers.range)
		: delivery.answer;
	response.writeHead(answer.status, {
		...answer.headers,
		...(delivery.sendLength ? { 'content-length': answer.body.length } : {}),
	});
	return answer.body;
}

async function write(body: Content, end: number, { response, signal }: Exchange): Promise<void> {
	for (const piece of body.pieces(0, end)) {
		if (!response.write(piece)) await once(response, 'drain', { signal });
	}
}

async function trickle(
	body: Content,
	end: number,
	bytesPerSecond: number,
	{ response, signal }: Exchange,
): Promise<void> {
	response.flushHeaders();
	const step = Math.max(1, Math.ceil(bytesPerSecond / PIECES_PER_SECOND));
	for (let at = 0; at < end; at += step) {
		const next = Math.min(end, at + step);
		await sleep(((next - at) / bytesPerSecond) * 1000, undefined, { signal });
		for (const piece of body.pieces(at, next)) response.write(piece);
	}
}

async function breakOffBody(how: 'reset' | 'close' | 'hang', exchange: Exchange): Promise<void> {
	exchange.response.flushHeaders();
	if (how === 'hang') return;
	await flushed(exchange.response);
	exchange.breakOff(how);
}

/** What was written must have left this process, else the break would swallow it. */
async function flushed(response: ServerResponse): Promise<void> {
	const { socket } = response;
	if (socket && socket.writableLength > 0) await new Promise((done) => socket.write('', done));
}
