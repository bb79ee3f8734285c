import type { Http, HttpRequest, HttpResult } from '../../../nodes/ApikleyVeo/veo/ports';
import type { JsonObject } from '../../../nodes/ApikleyVeo/veo/task/coerce';
import type { FakeClock } from './fakeClock';

export interface FakeRequest extends HttpRequest {
	readonly taskId: string;
	readonly timeoutMs: number;
	/** Seconds on the fake clock. */
	readonly at: number;
}

export interface Reply {
	readonly result: HttpResult;
	/** Infinity: no response until the timeout. */
	readonly afterMs: number;
}

/** `nth` counts all requests, from 0. */
export type Script = (request: FakeRequest, nth: number) => Reply;

/** A server that follows a script, and records what was requested and when. */
export class FakeHttp implements Http {
	readonly requests: FakeRequest[] = [];
	inFlight = 0;
	maxInFlight = 0;

	constructor(
		private readonly clock: FakeClock,
		private readonly script: Script,
	) {}

	async send(request: HttpRequest, timeoutMs: number, signal: AbortSignal): Promise<HttpResult> {
		const taskId = new URL(request.url).searchParams.get('taskId') ?? '';
		const received = { ...request, taskId, timeoutMs, at: this.clock.seconds };
		const reply = this.script(received, this.requests.length);
		this.requests.push(received);
		this.inFlight += 1;
		this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
		await this.clock.sleep(Math.min(reply.afterMs, timeoutMs), signal);
		this.inFlight -= 1;
		if (signal.aborted) return { kind: 'aborted' };
		if (reply.afterMs <= timeoutMs) return reply.result;
		const reason = `no response within ${timeoutMs / 1000} s`;
		return { kind: 'failed', reason, isPermanent: false };
	}

	/** When requests were sent, in seconds. */
	get times(): number[] {
		return this.requests.map(({ at }) => at);
	}
}

export function httpResponse(
	status: number,
	body: unknown = '',
	headers: Record<string, string> = {},
	afterMs = 0,
): Reply {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return { result: { kind: 'response', response: { status, headers, body: text } }, afterMs };
}

/** A record-info response with a task record. */
export function taskResponse(record: JsonObject, afterMs = 0): Reply {
	return httpResponse(200, { code: 200, msg: 'success', data: record }, {}, afterMs);
}

export function networkError(reason: string, isPermanent = false): Reply {
	return { result: { kind: 'failed', reason, isPermanent }, afterMs: 0 };
}

/** An error of the API itself. */
export function apiError(code: number, afterMs = 0): Reply {
	return httpResponse(code, { code, msg: 'No', data: null }, {}, afterMs);
}

export const neverResponds: Reply = { result: { kind: 'aborted' }, afterMs: Infinity };

/** One reply after another; the last one is repeated. */
export function sequence(...replies: readonly [Reply, ...Reply[]]): Script {
	return (_, nth) => replies[Math.min(nth, replies.length - 1)] ?? replies[0];
}
