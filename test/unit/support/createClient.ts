import { VeoClient } from '../../../nodes/ApikleyVeo/veo/api/client';
import type { Lookup, LookupLimits } from '../../../nodes/ApikleyVeo/veo/api/client';
import type { Random } from '../../../nodes/ApikleyVeo/veo/ports';
import { AdaptiveThrottle } from '../../../nodes/ApikleyVeo/veo/limits/adaptiveThrottle';
import { RequestLimiter } from '../../../nodes/ApikleyVeo/veo/limits/requestLimiter';
import type { RequestLimits } from '../../../nodes/ApikleyVeo/veo/limits/requestLimiter';
import { FakeClock } from './fakeClock';
import { FakeHttp } from './fakeHttp';
import type { Script } from './fakeHttp';
import { spyOnSignal } from './spyOnSignal';

export const BASE_URL = 'https://api.example.com';

export interface ClientOptions extends Partial<LookupLimits & RequestLimits> {
	/** 0.5, the default, makes the back-off exactly 1, 2, 4 … seconds; 0 follows a Retry-After exactly. */
	readonly random?: Random;
}

/** The client and everything that a run shares, on a fake clock and against a scripted server. */
export function createClient(script: Script, options: ClientOptions = {}) {
	const { random = () => 0.5, ...given } = options;
	const limits = {
		maxConcurrency: 10,
		requestsPerSecond: 0,
		requestTimeoutMs: 30_000,
		maxRetries: 5,
		...given,
	};
	const clock = new FakeClock();
	const http = new FakeHttp(clock, script);
	const { controller, signal, listeners } = spyOnSignal();
	const throttle = new AdaptiveThrottle();
	const limiter = new RequestLimiter(limits, throttle, clock, signal);
	const client = new VeoClient(BASE_URL, limits, {
		http,
		clock,
		random,
		limiter,
		throttle,
		signal,
	});
	/** Starts a lookup now. `deadline` is in seconds; a plain lookup has none. */
	const start = async (taskId = 'veo_1', deadline = Infinity): Promise<Lookup> =>
		await client.lookUp(taskId, {
			dueAt: clock.now(),
			deadline: deadline === Infinity ? Infinity : clock.at(deadline),
		});
	const lookUp = async (taskId = 'veo_1', deadline = Infinity): Promise<Lookup> =>
		await clock.finish(start(taskId, deadline));
	return { clock, http, client, throttle, limiter, signal, controller, listeners, start, lookUp };
}
