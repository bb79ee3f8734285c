import type { Http, HttpResult } from '../../../nodes/ApikleyVeo/veo/ports';
import type { JsonObject } from '../../../nodes/ApikleyVeo/veo/task/coerce';
import type { FakeClock } from './fakeClock';

export interface FakeRequest {
	readonly url: string;
	readonly taskId: string;
	readonly timeoutMs: number;
	/** Seconds on the fake clock. */
	readonly at: number;
}

export interface Reply {
	readonly result: HttpResult;
	/** Infinity: it hangs until the timeout. */
	readonly afterMs: number;
}

/** `nth` counts from 0 over all requests. */
export type Script = (request: FakeRequest, nth: number) => Reply;

/** A server that follows a script, and notes down who asked what and when. */
export class FakeHttp implements Http {
	readonly requests: FakeRequest[] = [];
	underWay = 0;
	mostUnderWay = 0;

	constructor(
		private readonly clock: FakeClock,
		private readonly script: Script,
	) {}

	async get(url: string, timeoutMs: number, signal: AbortSignal): Promise<HttpResult> {
		const taskId = new URL(url).searchParams.get('taskId') ?? '';
		const request = { url, taskId, timeoutMs, at: this.clock.seconds };
		const reply = this.script(request, this.requests.length);
		this.requests.push(request);
		this.underWay += 1;
		this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
		await this.clock.sleep(Math.min(reply.afterMs, timeoutMs), signal);
		this.underWay -= 1;
		if (signal.aborted) return { kind: 'aborted' };
		if (reply.afterMs <= timeoutMs) return reply.result;
		return { kind: 'failed', reason: `no answer within ${timeoutMs / 1000} s` };
	}

	/** When requests were sent, in seconds. */
	get times(): number[] {
		return this.requests.map(({ at }) => at);
	}
}

export function answer(
	status: number,
	body: unknown = '',
	headers: Record<string, string> = {},
	afterMs = 0,
): Reply {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return { result: { kind: 'response', response: { status, headers, body: text } }, afterMs };
}

/** A record-info answer that tells of a task. */
export function tells(record: JsonObject, afterMs = 0): Reply {
	return answer(200, { code: 200, msg: 'success', data: record }, {}, afterMs);
}

export function fails(reason: string, afterMs = 0): Reply {
	return { result: { kind: 'failed', reason }, afterMs };
}

export const hangs: Reply = { result: { kind: 'aborted' }, afterMs: Infinity };

/** One reply after the other; the last one for all that follow. */
export function inTurn(...replies: readonly [Reply, ...Reply[]]): Script {
	return (_, nth) => replies[Math.min(nth, replies.length - 1)] ?? replies[0];
}
