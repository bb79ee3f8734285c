import { VeoClient } from '../../../nodes/ApikleyVeo/veo/api/client';
import type { RetryLimits } from '../../../nodes/ApikleyVeo/veo/api/client';
import { recordInfo } from '../../../nodes/ApikleyVeo/veo/api/endpoints/recordInfo';
import { AdaptiveThrottle } from '../../../nodes/ApikleyVeo/veo/limits/adaptiveThrottle';
import { RequestLimiter } from '../../../nodes/ApikleyVeo/veo/limits/requestLimiter';
import type { RequestLimits } from '../../../nodes/ApikleyVeo/veo/limits/requestLimiter';
import type { Random } from '../../../nodes/ApikleyVeo/veo/ports';
import { FakeClock } from './fakeClock';
import { FakeHttp } from './fakeHttp';
import type { Script } from './fakeHttp';
import { spyOnSignal } from './spyOnSignal';

export const BASE_URL = 'https://api.example.com';

export interface ClientOptions extends Partial<RetryLimits & RequestLimits> {
	/** 0.5, the default, makes the back-off exactly 1, 2, 4 … seconds; 0 follows a Retry-After exactly. */
	readonly random?: Random;
}

/** The client and everything that a run shares, on a fake clock and against a scripted server. */
export function createClient(
	script: Script,
	{ random = () => 0.5, ...options }: ClientOptions = {},
) {
	const limits = {
		maxConcurrency: 10,
		requestsPerSecond: 0,
		requestTimeoutMs: 30_000,
		maxRetries: 5,
		...options,
	};
	const clock = new FakeClock();
	const http = new FakeHttp(clock, script);
	const { controller, signal, listeners } = spyOnSignal();
	const throttle = new AdaptiveThrottle();
	const limiter = new RequestLimiter(limits, throttle, clock, signal);
	const ports = { http, clock, random, limiter, throttle, signal };
	const client = new VeoClient(BASE_URL, limits, ports);
	/** Starts a lookup now. `deadline` is in seconds; a single lookup has none. */
	const start = async (taskId: string, deadline = Infinity) =>
		await client.send(recordInfo(taskId), { dueAt: clock.now(), deadline: clock.at(deadline) });
	const lookUp = async (taskId = 'veo_1', deadline?: number) =>
		await clock.finish(start(taskId, deadline));
	const lookUpAll = async (taskIds: readonly string[], deadline?: number) =>
		await clock.finish(Promise.all(taskIds.map(async (taskId) => await start(taskId, deadline))));
	const leftovers = () => [clock.sleeping, listeners()];
	const send = { start, lookUp, lookUpAll };
	return { clock, http, client, throttle, limiter, signal, controller, leftovers, ...send };
}
